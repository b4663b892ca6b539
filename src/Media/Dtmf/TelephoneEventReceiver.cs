using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Dtmf;

/// <summary>Makes one key press out of the telephone-event packets of one leg (RFC 4733), also those of broken senders.</summary>
/// <remarks>Sans-IO and not thread safe: owned by the leg's loop. One instance a leg: a press belongs to its SSRC, and a sender that starts anew is noticed.</remarks>
public sealed class TelephoneEventReceiver
{
    /// <summary>An event is over when nothing of it came for this long.</summary>
    public static readonly TimeSpan EndTimeout = TimeSpan.FromMilliseconds(150);

    /// <summary>The talker stays muted for this long after an event's end, so that no rest of the tone is heard.</summary>
    public static readonly TimeSpan ClampHangOver = TimeSpan.FromMilliseconds(60);

    private static readonly TimeSpan RepeatedEndWindow = TimeSpan.FromMilliseconds(100);

    // Two updates lost, or a short segment. The pause between two presses is longer, so a nearer event is no new press.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(40);

    // After a second of one key ten lost updates are likelier than a pause of which every packet around it was lost.
    private static readonly TimeSpan LongPress = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongPressSlack = TimeSpan.FromMilliseconds(200);

    // Timestamp and duration of one packet may have been taken an update or two apart.
    private static readonly TimeSpan RunningSlack = TimeSpan.FromMilliseconds(40);

    private const int MaxMisorder = 100;

    private int _clockRateHz = 8000;
    private bool _hasEvent;
    private TelephoneEvent _last;
    private RtpTimestamp _timestamp;
    private uint _ssrc;
    private SequenceNumber _newest;
    private TimeSpan _lastArrival;
    private bool _hasEnded;
    private TimeSpan _endedAt;

    /// <summary>Rate of the events' timestamps and durations [Hz]: that of the voice beside them (RFC 4733 §2.1), 8000 to begin with.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to 0 or less.</exception>
    public int ClockRateHz
    {
        get => _clockRateHz;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _clockRateHz = value;
        }
    }

    /// <summary>True from an event's first packet until 60 ms after its end: nothing of this talker may be heard.</summary>
    /// <param name="now">Monotonic time.</param>
    /// <param name="playoutDelay">How far the audio lags behind its packets: the mute has to outlast it.</param>
    public bool IsKeyDown(TimeSpan now, TimeSpan playoutDelay = default)
    {
        if (!_hasEvent)
        {
            return false;
        }

        TimeSpan end = _hasEnded ? _endedAt : _lastArrival + EndTimeout;
        return now < end + ClampHangOver + playoutDelay;
    }

    /// <summary>Takes one telephone-event packet.</summary>
    /// <param name="header">Its RTP header.</param>
    /// <param name="packet">Its payload, read.</param>
    /// <param name="arrival">Monotonic time of its arrival.</param>
    /// <param name="key">The key when a press began: 0-9, * or #.</param>
    /// <returns>True once for each press of a key that is reported, at its first packet; flash and A to D are not.</returns>
    public bool OnPacket(in RtpHeader header, TelephoneEvent packet, TimeSpan arrival, out char key)
    {
        key = packet.Key;
        if (!_hasEvent || header.Ssrc != _ssrc)
        {
            Begin(header, packet, arrival);
            return key != '\0';
        }

        int behind = _newest - header.Sequence;
        bool isLate = behind is > 0 and <= MaxMisorder;
        if (IsSamePress(header, packet, arrival))
        {
            if (!isLate)
            {
                Continue(header, packet, arrival);
            }

            return false;
        }

        if (isLate)
        {
            return false; // of an event before this one
        }

        Begin(header, packet, arrival);
        return key != '\0';
    }

    private bool IsSamePress(in RtpHeader header, TelephoneEvent packet, TimeSpan arrival)
    {
        if (packet.Code != _last.Code)
        {
            return false;
        }

        int moved = header.Timestamp - _timestamp;
        if (moved == 0)
        {
            return true; // an update, an end, or one of its repetitions: the timestamp rules
        }

        if (_hasEnded)
        {
            // rtpengine #1812: the end repeated under new timestamps.
            return packet.IsEnd && packet.Duration == _last.Duration && arrival - _endedAt < RepeatedEndWindow;
        }

        if (packet.IsEnd && packet.Duration >= _last.Duration && arrival - _lastArrival < RepeatedEndWindow)
        {
            return true; // the same, and the first of the ends was lost
        }

        // §2.5.1.3: the next segment of a long press starts where the last one stopped, and has no marker. What starts
        // before that can be no other press either.
        // 16 bits of duration are 1.4 s at 48 kHz: a long press is reported in segments there by any sender.
        TimeSpan slack = TimeOf(_last.Duration) >= LongPress ? LongPressSlack : Slack;
        if (!header.Marker && moved > 0 && TimeOf((long)moved - _last.Duration) <= slack)
        {
            return true;
        }

        // Every packet under its own timestamp, marked or not: timestamp and duration grow alike.
        int grown = packet.Duration - _last.Duration;
        return grown > 0 && moved > 0 && TimeOf((long)moved - grown).Duration() <= RunningSlack;
    }

    private TimeSpan TimeOf(long units) => new(units * TimeSpan.TicksPerSecond / _clockRateHz);

    private void Begin(in RtpHeader header, TelephoneEvent packet, TimeSpan arrival)
    {
        _hasEvent = true;
        _hasEnded = false;
        Continue(header, packet, arrival);
    }

    private void Continue(in RtpHeader header, TelephoneEvent packet, TimeSpan arrival)
    {
        _last = packet;
        _ssrc = header.Ssrc;
        _timestamp = header.Timestamp;
        _newest = header.Sequence;
        _lastArrival = arrival;
        if (packet.IsEnd && !_hasEnded)
        {
            _hasEnded = true;
            _endedAt = arrival;
        }
    }
}
