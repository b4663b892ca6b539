using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Jitter;

/// <summary>Encoded packets of one stream, found by sequence number, in storage of fixed size.</summary>
/// <remarks>
/// Payloads lie one behind the other in a circular arena; nothing is ever freed: a packet is gone when the arena has been
/// written once round, or its slot was taken by the packet 64 numbers later.
/// </remarks>
internal sealed class PacketStore(AudioCodec codec)
{
    public const int Slots = 64;

    // What may wait is 300 ms: a packet of 100 ms behind 200 ms of delay. G.711 and G.722 have 8 bytes a ms, and a piece shorter
    // than a packet is left unused at the end: 400 ms. Opus has what its sender likes, at most 1275 bytes in 20 ms (RFC 6716 §3.2.1): this is enough for 400 kbit/s.
    private const int ConstantRateArena = 3200;
    private const int OpusArena = 16 * 1024;

    private readonly Slot[] _slots = new Slot[Slots];
    private readonly byte[] _arena = new byte[codec == AudioCodec.Opus ? OpusArena : ConstantRateArena];
    private long _written;

    /// <summary>Longest payload taken [bytes]: one that leaves room for others.</summary>
    public int MaxPayload => _arena.Length / 2;

    /// <summary>Asks the processor for the memory that a packet will be kept in.</summary>
    public void FetchPlaceOf(SequenceNumber next)
    {
        CacheLines.Fetch(ref _slots[next.Value % Slots], 1);
        CacheLines.Fetch(ref _arena[(int)(_written % _arena.Length)], 3);
    }

    public void Clear() => Array.Clear(_slots);

    /// <summary>True when this packet is here or has been and was played.</summary>
    public bool Knows(SequenceNumber sequence)
    {
        ref Slot slot = ref _slots[sequence.Value % Slots];
        return slot.State != SlotState.Empty && slot.Sequence == sequence;
    }

    public void Put(SequenceNumber sequence, long start, int duration, ReadOnlySpan<byte> payload)
    {
        // A payload is kept in one piece; the end of the arena is left unused when it does not fit.
        int place = (int)(_written % _arena.Length);
        if (place + payload.Length > _arena.Length)
        {
            _written += _arena.Length - place;
            place = 0;
        }

        payload.CopyTo(_arena.AsSpan(place));
        _slots[sequence.Value % Slots] = new Slot
        {
            State = SlotState.Waiting,
            Sequence = sequence,
            Start = start,
            Duration = (ushort)duration,
            Length = (ushort)payload.Length,
            Position = _written,
        };
        _written += payload.Length;
    }

    public bool TryPeek(SequenceNumber sequence, out long start, out int duration)
    {
        ref Slot slot = ref _slots[sequence.Value % Slots];
        start = slot.Start;
        duration = slot.Duration;
        return slot.State == SlotState.Waiting && slot.Sequence == sequence
            && _written - slot.Position <= _arena.Length;
    }

    /// <summary>The payload of a packet that has been played, as long as nothing lies in its place.</summary>
    public bool TryPeekPlayed(SequenceNumber sequence, out ReadOnlySpan<byte> payload)
    {
        ref Slot slot = ref _slots[sequence.Value % Slots];
        bool isHere = slot.State == SlotState.Played && slot.Sequence == sequence && _written - slot.Position <= _arena.Length;
        payload = isHere ? Peek(sequence) : default;
        return isHere;
    }

    /// <summary>The payload of a packet that <see cref="TryPeek"/> has just found.</summary>
    public ReadOnlySpan<byte> Peek(SequenceNumber sequence)
    {
        ref Slot slot = ref _slots[sequence.Value % Slots];
        return _arena.AsSpan((int)(slot.Position % _arena.Length), slot.Length);
    }

    /// <summary>The payload of a packet that <see cref="TryPeek"/> has just found; it counts as played from now on.</summary>
    public ReadOnlySpan<byte> Take(SequenceNumber sequence)
    {
        ref Slot slot = ref _slots[sequence.Value % Slots];
        slot.State = SlotState.Played;
        return _arena.AsSpan((int)(slot.Position % _arena.Length), slot.Length);
    }

    private enum SlotState : byte
    {
        Empty,
        Waiting,
        Played,
    }

    private struct Slot
    {
        public long Position;
        public long Start;
        public SequenceNumber Sequence;
        public ushort Duration;
        public ushort Length;
        public SlotState State;
    }
}
