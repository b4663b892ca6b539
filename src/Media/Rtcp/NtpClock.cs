namespace PhoneBridge.Media.Rtcp;

/// <summary>Turns monotonic time into NTP time stamps (RFC 3550 §4), so that the media loop needs no wall clock.</summary>
/// <remarks>A later step of the wall clock is not followed: round trips are measured against the same origin.</remarks>
public readonly record struct NtpClock
{
    private static readonly DateTimeOffset NtpEra = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Int128 _ticksAtZero;

    /// <summary>Ties both clocks together.</summary>
    /// <param name="wall">Wall clock at the moment of making.</param>
    /// <param name="now">Monotonic time at the same moment.</param>
    public NtpClock(DateTimeOffset wall, TimeSpan now) => _ticksAtZero = (wall - NtpEra).Ticks - now.Ticks;

    /// <summary>64-bit NTP time: seconds since 1900 above, fraction below.</summary>
    public ulong At(TimeSpan now) => (ulong)(((_ticksAtZero + now.Ticks) << 32) / TimeSpan.TicksPerSecond);

    /// <summary>Middle 32 bits of <see cref="At"/>: units of 1/65536 s, as in LSR and DLSR (RFC 3550 §6.4.1).</summary>
    public uint MiddleAt(TimeSpan now) => (uint)(At(now) >> 16);
}
