using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PhoneBridge.Benchmarks.Load;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Calibration;

/// <summary>
/// What the kernel alone asks for the packets of a load: as many connected sockets, one packet of 172 bytes sent and one received
/// each 20 ms, and nothing else. No bridge on this machine and kernel can be below it.
/// </summary>
internal static partial class KernelFloor
{
    /// <summary>An RTP packet with 20 ms of G.711.</summary>
    public const int G711PacketBytes = 172;

    private static readonly TimeSpan Slot = TimeSpan.FromMilliseconds(1);

    /// <summary>Measures, on a thread of its own, at the pace of a load.</summary>
    /// <param name="participants">How many sockets.</param>
    /// <param name="length">How long.</param>
    /// <param name="packetBytes">Length of the packets [bytes].</param>
    public static Task<KernelFloorResult> MeasureAsync(int participants, TimeSpan length, int packetBytes = G711PacketBytes) =>
        Task.Factory.StartNew(() => Measure(participants, length, packetBytes), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>The result as rows of a report.</summary>
    public static void Describe(KernelFloorResult floor, Report report)
    {
        report.Add("kernel floor", FormattableString.Invariant(
            $"{floor.Cores:0.000} cores, {floor.MicrosecondsPerTick:0.00} µs a participant and tick (one send, one receive; {floor.Packets} packets each way): {floor.ParticipantsPerCore:0} participants a core"));
        report.Add("load average then", Machine.LoadAverage());
    }

    private static KernelFloorResult Measure(int participants, TimeSpan length, int packetBytes)
    {
        Pair[] pairs = [.. Enumerable.Range(0, participants).Select(_ => new Pair())];
        try
        {
            Exchange(pairs, LoadLoop.PeriodMs * 25, packetBytes);     // half a second to warm up
            TimeSpan start = MonotonicTime.Now;
            TimeSpan before = ProcessClock.OfThisThread();
            int slots = (int)(length / Slot);
            long packets = Exchange(pairs, slots, packetBytes);
            TimeSpan used = ProcessClock.OfThisThread() - before;
            return new KernelFloorResult(used / (MonotonicTime.Now - start), used.TotalMicroseconds / Math.Max(1, packets), packets);
        }
        finally
        {
            Array.ForEach(pairs, pair => pair.Dispose());
        }
    }

    private static unsafe long Exchange(Pair[] pairs, int slots, int packetBytes)
    {
        byte* packet = stackalloc byte[packetBytes];
        long received = 0;
        TimeSpan deadline = MonotonicTime.Now;
        for (int slot = 0; slot < slots; slot++)
        {
            deadline += Slot;
            Libc.TimeSpec until = new()
            {
                Seconds = deadline.Ticks / TimeSpan.TicksPerSecond,
                Nanoseconds = deadline.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick,
            };
            _ = Libc.ClockNanosleep(Libc.ClockMonotonic, Libc.TimerAbsolute, in until, 0);
            for (int i = slot % LoadLoop.PeriodMs; i < pairs.Length; i += LoadLoop.PeriodMs)
            {
                received += Receive(pairs[i].Receiver, packet, (nuint)packetBytes, Libc.MsgDontWait) == packetBytes ? 1 : 0;
                _ = Libc.Send(pairs[i].Sender, packet, (nuint)packetBytes, Libc.MsgDontWait);
            }
        }

        return received;
    }

    // The plainest way to take a packet; the bridge asks for its time stamp as well, which is part of what it costs.
    [LibraryImport("libc", EntryPoint = "recv")]
    private static unsafe partial nint Receive(int socket, byte* buffer, nuint length, int flags);

    private sealed class Pair : IDisposable
    {
        private readonly Socket _one = Bind(), _other = Bind();

        public Pair()
        {
            _one.Connect(_other.LocalEndPoint!);
            _other.Connect(_one.LocalEndPoint!);
        }

        public int Sender => (int)_one.Handle;

        public int Receiver => (int)_other.Handle;

        public void Dispose()
        {
            _one.Dispose();
            _other.Dispose();
        }

        private static Socket Bind()
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return socket;
        }
    }
}

/// <summary>What the kernel alone asked.</summary>
/// <param name="Cores">Share of one core.</param>
/// <param name="MicrosecondsPerTick">One send and one receive [µs].</param>
/// <param name="Packets">How many were received.</param>
internal sealed record KernelFloorResult(double Cores, double MicrosecondsPerTick, long Packets)
{
    /// <summary>How many participants a core could serve if there were nothing but the kernel.</summary>
    public double ParticipantsPerCore => 1e6 / 50 / MicrosecondsPerTick;

    /// <summary>Two measurements as one: taken before and after a run, they tell how much the machine changed meanwhile.</summary>
    public static KernelFloorResult Mean(KernelFloorResult a, KernelFloorResult b) =>
        new((a.Cores + b.Cores) / 2, (a.MicrosecondsPerTick + b.MicrosecondsPerTick) / 2, a.Packets + b.Packets);
}
