using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Jitter;

/// <summary>Encoded packets of one stream, found by sequence number, in storage of fixed size.</summary>
/// <remarks>
/// Payloads lie one behind the other in a circular arena; nothing is ever freed: a packet is gone when the arena has been
/// written once round, or its slot was taken by the packet 64 numbers later. At G.711 that is half a second of audio.
/// </remarks>
internal sealed class PacketStore
{
    public const int Slots = 64;
    private const int ArenaLength = 4096;

    private readonly Slot[] _slots = new Slot[Slots];
    private readonly byte[] _arena = new byte[ArenaLength];
    private long _written;

    public void Clear() => Array.Clear(_slots);

    /// <summary>True when this packet is here or has been and was played.</summary>
    public bool Knows(SequenceNumber sequence)
    {
        ref Slot slot = ref _slots[sequence.Value % Slots];
        return slot.State != SlotState.Empty && slot.Sequence == sequence;
    }

    public void Put(SequenceNumber sequence, RtpTimestamp timestamp, int duration, ReadOnlySpan<byte> payload)
    {
        // A payload is kept in one piece; the end of the arena is left unused when it does not fit.
        int place = (int)(_written % ArenaLength);
        if (place + payload.Length > ArenaLength)
        {
            _written += ArenaLength - place;
            place = 0;
        }

        payload.CopyTo(_arena.AsSpan(place));
        _slots[sequence.Value % Slots] = new Slot
        {
            State = SlotState.Waiting,
            Sequence = sequence,
            Timestamp = timestamp,
            Duration = (ushort)duration,
            Length = (ushort)payload.Length,
            Position = _written,
        };
        _written += payload.Length;
    }

    public bool TryPeek(SequenceNumber sequence, out RtpTimestamp timestamp, out int duration)
    {
        ref Slot slot = ref _slots[sequence.Value % Slots];
        timestamp = slot.Timestamp;
        duration = slot.Duration;
        return slot.State == SlotState.Waiting && slot.Sequence == sequence
            && _written - slot.Position <= ArenaLength;
    }

    /// <summary>The payload of a packet that <see cref="TryPeek"/> has just found; it counts as played from now on.</summary>
    public ReadOnlySpan<byte> Take(SequenceNumber sequence)
    {
        ref Slot slot = ref _slots[sequence.Value % Slots];
        slot.State = SlotState.Played;
        return _arena.AsSpan((int)(slot.Position % ArenaLength), slot.Length);
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
        public RtpTimestamp Timestamp;
        public SequenceNumber Sequence;
        public ushort Duration;
        public ushort Length;
        public SlotState State;
    }
}
