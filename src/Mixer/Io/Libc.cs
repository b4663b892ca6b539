using System.Runtime.InteropServices;

namespace PhoneBridge.Mixer.Io;

/// <summary>The few system calls of the media path that .NET has no allocation-free or exact way to. Linux, 64 bits.</summary>
/// <remarks>
/// Those that are made for each packet never wait. They go without telling the collector, which waits for the few microseconds that
/// they take; so nothing comes between a call and the reading of its error (<see cref="Marshal.GetLastSystemError"/>).
/// </remarks>
internal static partial class Libc
{
    /// <summary>Do not wait (recv, send).</summary>
    public const int MsgDontWait = 0x40;

    /// <summary>CLOCK_MONOTONIC, which is also the clock of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public const int ClockMonotonic = 1;

    /// <summary>CLOCK_REALTIME, the clock of the kernel's time stamps.</summary>
    public const int ClockRealTime = 0;

    /// <summary>TIMER_ABSTIME.</summary>
    public const int TimerAbsolute = 1;

    /// <summary>PR_SET_TIMERSLACK.</summary>
    public const int SetTimerSlack = 29;

    /// <summary>SCHED_FIFO.</summary>
    public const int SchedulerFifo = 1;

    /// <summary>Interrupted by a signal.</summary>
    public const int Interrupted = 4;

    /// <summary>Nothing to read now, or no room to write.</summary>
    public const int WouldBlock = 11;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "clock_nanosleep")]
    public static partial int ClockNanosleep(int clock, int flags, in TimeSpec request, nint remain);

    [LibraryImport(Library, EntryPoint = "prctl")]
    public static partial int Prctl(int option, nuint arg2, nuint arg3, nuint arg4, nuint arg5);

    [LibraryImport(Library, EntryPoint = "sched_setscheduler")]
    public static partial int SetScheduler(int pid, int policy, in int priority);

    /// <summary>recvmsg(2).</summary>
    public static unsafe nint ReceiveMessage(int socket, MessageHeader* message, int flags) =>
        Call(NumberOf.ReceiveMessage, socket, (nint)message, flags, 0, 0, 0);

    /// <summary>sendto(2).</summary>
    public static unsafe nint SendTo(int socket, byte* buffer, nuint length, int flags, byte* address, int addressLength) =>
        Call(NumberOf.SendTo, socket, (nint)buffer, (nint)length, flags, (nint)address, addressLength);

    /// <summary>send(2) on a connected socket.</summary>
    public static unsafe nint Send(int socket, byte* buffer, nuint length, int flags) =>
        SendTo(socket, buffer, length, flags, null, 0);

    [LibraryImport(Library, EntryPoint = "clock_gettime")]
    [SuppressGCTransition]
    public static partial int GetTime(int clock, out TimeSpec time);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    public static unsafe partial int Connect(int socket, byte* address, int addressLength);

    // The library's own recvmsg and sendto are points where a thread may be cancelled, which costs each packet two locked instructions.
    [LibraryImport(Library, EntryPoint = "syscall")]
    [SuppressGCTransition]
    private static partial nint Call(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);

    /// <summary>Numbers of system calls (syscalls(2)), which each kind of processor has its own of.</summary>
    private static class NumberOf
    {
        private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;

        public static readonly nint SendTo = IsX64 ? 44 : 206;      // the latter on Arm64, RISC-V and LoongArch
        public static readonly nint ReceiveMessage = IsX64 ? 47 : 212;
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct MessageHeader
    {
        public byte* Name;
        public int NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
