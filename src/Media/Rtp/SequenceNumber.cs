namespace PhoneBridge.Media.Rtp;

/// <summary>RTP sequence number (RFC 3550 §5.1): 16 bits that wrap. Subtraction is the only way to compare two of them.</summary>
/// <param name="Value">The number on the wire.</param>
public readonly record struct SequenceNumber(ushort Value)
{
    /// <summary>The number after this one.</summary>
    public SequenceNumber Next => new((ushort)(Value + 1));

    /// <summary>Signed distance [packets], -32768 to 32767: positive when <paramref name="left"/> is newer.</summary>
    public static int operator -(SequenceNumber left, SequenceNumber right) => (short)(left.Value - right.Value);

    /// <summary>The number <paramref name="packets"/> later (earlier when negative).</summary>
    public static SequenceNumber operator +(SequenceNumber left, int packets) => new((ushort)(left.Value + packets));

    /// <summary>Named form of the subtraction operator.</summary>
    public static int Subtract(SequenceNumber left, SequenceNumber right) => left - right;

    /// <summary>Named form of the addition operator.</summary>
    public static SequenceNumber Add(SequenceNumber left, int packets) => left + packets;
}
