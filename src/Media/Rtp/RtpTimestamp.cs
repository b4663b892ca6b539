namespace PhoneBridge.Media.Rtp;

/// <summary>RTP timestamp (RFC 3550 §5.1): 32 bits that wrap, in units of the clock rate. Compared by subtraction only.</summary>
/// <param name="Value">The number on the wire.</param>
public readonly record struct RtpTimestamp(uint Value)
{
    /// <summary>Signed distance [clock units]: positive when <paramref name="left"/> is later.</summary>
    public static int operator -(RtpTimestamp left, RtpTimestamp right) => (int)(left.Value - right.Value);

    /// <summary>The moment <paramref name="units"/> later (earlier when negative).</summary>
    public static RtpTimestamp operator +(RtpTimestamp left, int units) => new(left.Value + (uint)units);

    /// <summary>Named form of the subtraction operator.</summary>
    public static int Subtract(RtpTimestamp left, RtpTimestamp right) => left - right;

    /// <summary>Named form of the addition operator.</summary>
    public static RtpTimestamp Add(RtpTimestamp left, int units) => left + units;
}
