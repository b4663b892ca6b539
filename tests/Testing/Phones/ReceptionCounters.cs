namespace PhoneBridge.Testing.Phones;

/// <summary>What a phone counted of the RTP it received.</summary>
/// <remarks>Written by the media loop alone; reading gives values of about now.</remarks>
public sealed class ReceptionCounters
{
    private const int Extended = 1 << 16;

    private int _highest = -1;
    private int _first;
    private uint _ssrc;
    private TimeSpan _lastArrival;
    private uint _lastTimestamp;
    private double _jitterMs;

    /// <summary>RTP packets.</summary>
    public long Packets { get; private set; }

    /// <summary>Bytes of RTP packets with header.</summary>
    public long Bytes { get; private set; }

    /// <summary>Datagrams that are no RTP.</summary>
    public long Foreign { get; private set; }

    /// <summary>Packets missing by sequence number since the last change of SSRC.</summary>
    public long Lost => _highest < 0 ? 0 : Math.Max(0, _highest - _first + 1 - PacketsOfSource);

    /// <summary>Packets that came after a later one.</summary>
    public long Reordered { get; private set; }

    /// <summary>Changes of SSRC.</summary>
    public int SourceChanges { get; private set; }

    /// <summary>Longest time between two packets.</summary>
    public TimeSpan LongestGap { get; private set; }

    /// <summary>Times between two packets of more than 40 ms: an underrun for a phone without a buffer.</summary>
    public long Gaps { get; private set; }

    /// <summary>Interarrival jitter (RFC 3550 A.8) [ms].</summary>
    public double JitterMs => _jitterMs;

    /// <summary>When the first packet came; null before.</summary>
    public TimeSpan? FirstArrival { get; private set; }

    private long PacketsOfSource { get; set; }

    internal void NoteForeign() => Foreign++;

    internal void Note(TimeSpan arrival, ushort sequence, uint timestamp, uint ssrc, int bytes)
    {
        Packets++;
        Bytes += bytes;
        if (_highest < 0 || ssrc != _ssrc)
        {
            SourceChanges += _highest < 0 ? 0 : 1;
            FirstArrival ??= arrival;
            _ssrc = ssrc;
            _first = _highest = sequence;
            PacketsOfSource = 1;
        }
        else
        {
            PacketsOfSource++;
            short ahead = (short)(sequence - (ushort)(_highest % Extended));
            if (ahead > 0)
            {
                _highest += ahead;
            }
            else
            {
                Reordered++;
            }

            TimeSpan gap = arrival - _lastArrival;
            LongestGap = gap > LongestGap ? gap : LongestGap;
            Gaps += gap > TimeSpan.FromMilliseconds(40) ? 1 : 0;
            double transit = gap.TotalMilliseconds - ((int)(timestamp - _lastTimestamp) / 8.0);
            _jitterMs += (Math.Abs(transit) - _jitterMs) / 16;
        }

        _lastArrival = arrival;
        _lastTimestamp = timestamp;
    }
}
