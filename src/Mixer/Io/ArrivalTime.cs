using System.Runtime.InteropServices;

namespace PhoneBridge.Mixer.Io;

/// <summary>When a datagram came in, as the kernel noted it (SO_TIMESTAMPNS, socket(7)), on the monotonic clock of the media path.</summary>
/// <remarks>
/// Packets are taken from their sockets at the tick, up to 20 ms after they came. The kernel stamps them with the wall clock; the
/// distance of the two clocks is read once a turn of the loop, so that a packet costs no call for it.
/// </remarks>
internal static class ArrivalTime
{
    /// <summary>SOL_SOCKET.</summary>
    public const int SocketLevel = 1;

    /// <summary>SO_TIMESTAMPNS, which is also the type of the control message (the form with a 64-bit time).</summary>
    public const int TimestampNs = 35;

    /// <summary>Room for the control message: header of 16 bytes, a timespec, and alignment.</summary>
    public const int ControlLength = 64;

    private const int ControlHeaderLength = 16;

    // Two readings of a clock lie some tens of nanoseconds apart, unless the thread was stopped between them.
    private const long Undisturbed = 20 * TimeSpan.TicksPerMicrosecond;
    private const int MostReadings = 4;

    [ThreadStatic]
    private static long t_realTimeAhead;

    /// <summary>Reads how far the wall clock is ahead of the monotonic clock. For the calling thread, about every turn.</summary>
    public static void ReadClocks()
    {
        long least = long.MaxValue;
        for (int i = 0; i < MostReadings && least > Undisturbed; i++)
        {
            _ = Libc.GetTime(Libc.ClockMonotonic, out Libc.TimeSpec before);
            _ = Libc.GetTime(Libc.ClockRealTime, out Libc.TimeSpec real);
            _ = Libc.GetTime(Libc.ClockMonotonic, out Libc.TimeSpec after);
            long apart = ToTicks(after) - ToTicks(before);
            if (apart < least)
            {
                least = apart;
                t_realTimeAhead = ToTicks(real) - ((ToTicks(before) + ToTicks(after)) / 2);
            }
        }
    }

    /// <summary>Reads the time stamp out of the control messages of one datagram.</summary>
    /// <param name="control">What recvmsg wrote there.</param>
    /// <returns>Monotonic time; <see cref="TimeSpan.MaxValue"/> when there is none.</returns>
    public static TimeSpan Read(ReadOnlySpan<byte> control)
    {
        //  struct cmsghdr: 8 bytes of length | int level | int type | data
        if (control.Length < ControlHeaderLength + Marshal.SizeOf<Libc.TimeSpec>()
            || BitConverter.ToInt32(control[8..]) != SocketLevel || BitConverter.ToInt32(control[12..]) != TimestampNs)
        {
            return TimeSpan.MaxValue;
        }

        Libc.TimeSpec stamp = MemoryMarshal.Read<Libc.TimeSpec>(control[ControlHeaderLength..]);
        return new TimeSpan(ToTicks(stamp) - t_realTimeAhead);
    }

    private static long ToTicks(in Libc.TimeSpec time) =>
        (time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick);
}
