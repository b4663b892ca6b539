namespace PhoneBridge.Media.Dtmf;

/// <summary>The ways by which a key can reach us.</summary>
[Flags]
public enum KeyWays : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>RTP telephone-event (RFC 4733).</summary>
    TelephoneEvent = 1,

    /// <summary>SIP INFO.</summary>
    SipInfo = 2,

    /// <summary>Tones in the audio.</summary>
    InBand = 4,
}

/// <summary>Counts a key once that a phone sends by two ways: the same key by another way within 300 ms is the same press.</summary>
/// <remarks>Sans-IO and not thread safe: one owner. The same key by the same way is always a press of its own.</remarks>
public sealed class KeyMerger
{
    /// <summary>How far two reports of one press lie apart at most.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(300);

    private readonly Press[] _recent = new Press[8];
    private int _next;

    /// <summary>Takes one reported key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="way">The one way by which it came.</param>
    /// <param name="at">Monotonic time.</param>
    /// <returns>True when it counts; false when it was counted by another way.</returns>
    public bool OnKey(char key, KeyWays way, TimeSpan at)
    {
        // Oldest first: of two quick presses of one key the first report belongs to the first press.
        for (int i = 0; i < _recent.Length; i++)
        {
            ref Press press = ref _recent[(_next + i) % _recent.Length];
            if (press.Ways != KeyWays.None && press.Key == key && (press.Ways & way) == 0 && (at - press.At).Duration() <= Window)
            {
                press.Ways |= way;
                return false;
            }
        }

        _recent[_next] = new Press(key, way, at);
        _next = (_next + 1) % _recent.Length;
        return true;
    }

    private record struct Press(char Key, KeyWays Ways, TimeSpan At);
}
