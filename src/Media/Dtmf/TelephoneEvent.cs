using System.Buffers.Binary;

namespace PhoneBridge.Media.Dtmf;

/// <summary>One RTP telephone-event payload (RFC 4733 §2.3).</summary>
/// <param name="Code">Event code; 0 to 15 are the keys 0-9, *, #, A-D (RFC 4733 §3.2).</param>
/// <param name="IsEnd">E bit: this packet reports the end of the event.</param>
/// <param name="VolumeDbm0">Tone power with its sign dropped: 0 to 63 stands for 0 to -63 dBm0.</param>
/// <param name="Duration">Length of the event so far, in RTP timestamp units.</param>
public readonly record struct TelephoneEvent(byte Code, bool IsEnd, byte VolumeDbm0, ushort Duration)
{
    /// <summary>Payload size [bytes].</summary>
    public const int Length = 4;

    /// <summary>The key of this event: 0-9, * or #; '\0' for A to D, flash and every other event.</summary>
    public char Key => Code switch
    {
        <= 9 => (char)('0' + Code),
        10 => '*',
        11 => '#',
        _ => '\0',
    };

    //  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    // |     event     |E|R| volume    |          duration             |
    /// <summary>Reads one payload from the network. Never throws: false when it is too short.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out TelephoneEvent value)
    {
        if (payload.Length < Length)
        {
            value = default;
            return false;
        }

        value = new TelephoneEvent(
            Code: payload[0],
            IsEnd: (payload[1] & 0x80) != 0,
            VolumeDbm0: (byte)(payload[1] & 0x3F),
            Duration: BinaryPrimitives.ReadUInt16BigEndian(payload[2..]));
        return true;
    }

    /// <summary>Writes the payload to the start of <paramref name="payload"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The span is shorter than <see cref="Length"/>.</exception>
    public void Write(Span<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(payload.Length, Length, nameof(payload));
        payload[0] = Code;
        payload[1] = (byte)((IsEnd ? 0x80 : 0) | (VolumeDbm0 & 0x3F));
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], Duration);
    }

    /// <summary>Never the key itself: keys may belong to a PIN.</summary>
    public override string ToString() => "TelephoneEvent { *** }";
}
