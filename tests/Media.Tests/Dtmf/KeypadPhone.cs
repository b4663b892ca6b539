using PhoneBridge.Media.Dtmf;
using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Tests.Dtmf;

/// <summary>How a phone under test sends its keys; the habits of broken senders are switches.</summary>
internal sealed record KeypadHabits
{
    public int ToneMs { get; init; } = 100;

    public int PauseMs { get; init; } = 80;

    public int UpdateMs { get; init; } = 20;

    public int EndPackets { get; init; } = 3;

    public bool HasMarker { get; init; } = true;

    public bool EndsUnderNewTimestamps { get; init; }

    public bool EveryPacketUnderItsOwnTimestamp { get; init; }

    public bool EndsShareOneSequenceNumber { get; init; }

    /// <summary>A long press is cut at this duration [ms]; null: where the 16 bits of the duration end.</summary>
    public int? SegmentMs { get; init; }

    /// <summary>Rate of the timestamps and durations [Hz].</summary>
    public int ClockRateHz { get; init; } = 8000;
}

/// <summary>One packet of a key press, as it leaves the phone.</summary>
internal readonly record struct KeyPacket(TimeSpan SentAt, RtpHeader Header, TelephoneEvent Event);

/// <summary>A phone's keypad: keys in, the packets that it would send out.</summary>
internal sealed class KeypadPhone(KeypadHabits habits)
{
    private readonly int _unitsPerMs = habits.ClockRateHz / 1000;
    private readonly int _segmentUnits = habits.SegmentMs * habits.ClockRateHz / 1000 ?? 0xFFFF;
    private readonly List<KeyPacket> _packets = [];
    private ushort _sequence = 65_400;
    private int _nowMs = 1000;

    public static byte CodeOf(char key) => (byte)"0123456789*#ABCD".IndexOf(key);

    public List<KeyPacket> Press(string keys)
    {
        _packets.Clear();
        foreach (char key in keys)
        {
            PressOne(CodeOf(key));
        }

        return [.. _packets];
    }

    private void PressOne(byte code)
    {
        int start = _nowMs;
        int segment = start * _unitsPerMs; // first timestamp of the segment
        bool isFirst = true;
        for (int at = habits.UpdateMs; at < habits.ToneMs; at += habits.UpdateMs)
        {
            _nowMs = start + at;
            while ((_nowMs * _unitsPerMs) - segment > _segmentUnits)
            {
                Add(code, segment, _segmentUnits, isEnd: false, isFirst);
                isFirst = false;
                segment += _segmentUnits;
            }

            Add(code, segment, (_nowMs * _unitsPerMs) - segment, isEnd: false, isFirst);
            isFirst = false;
        }

        _nowMs = start + habits.ToneMs;
        for (int i = 0; i < habits.EndPackets; i++)
        {
            int timestamp = habits.EndsUnderNewTimestamps ? segment + ((i + 1) * 20 * _unitsPerMs) : segment;
            bool sharesNumber = habits.EndsShareOneSequenceNumber && i > 0;
            Add(code, timestamp, Math.Min((_nowMs * _unitsPerMs) - segment, 0xFFFF), isEnd: true, isFirst: false, sharesNumber);
        }

        _nowMs = start + habits.ToneMs + habits.PauseMs;
    }

    private void Add(byte code, int timestamp, int duration, bool isEnd, bool isFirst, bool sharesNumber = false)
    {
        int own = habits.EveryPacketUnderItsOwnTimestamp ? duration : 0;
        _sequence = sharesNumber ? _sequence : (ushort)(_sequence + 1);
        _packets.Add(new KeyPacket(
            TimeSpan.FromMilliseconds(_nowMs + (isEnd ? 1 : 0)),
            new RtpHeader(isFirst && habits.HasMarker, 101, new SequenceNumber(_sequence), new RtpTimestamp((uint)(timestamp + own)), 7),
            new TelephoneEvent(code, isEnd, 10, (ushort)duration)));
    }
}
