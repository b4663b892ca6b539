using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PhoneBridge.Testing.Network;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Phones;

/// <summary>A UDP socket that never blocks and knows when the kernel received each datagram.</summary>
/// <remarks>
/// Kernel time stamps (SO_TIMESTAMPNS) let a phone look into its socket once a frame and still measure arrival to some
/// microseconds. No allocation per datagram. One thread at a time.
/// </remarks>
internal sealed unsafe partial class RtpSocket : IDisposable
{
    private const int SolSocket = 1;
    private const int SoTimestampNs = 35;
    private const int MsgDontWait = 0x40;
    private const int ControlBytes = 64;

    private readonly Socket _socket;
    private readonly int _handle;

    public RtpSocket(IPAddress address, int port)
    {
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        try
        {
            _socket.Bind(new IPEndPoint(address, port));
            _socket.SetRawSocketOption(SolSocket, SoTimestampNs, [1, 0, 0, 0]);
            _handle = (int)_socket.Handle;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Bound end point.</summary>
    public IPEndPoint Local => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Opens a socket on an even port below the kernel's own range.</summary>
    public static RtpSocket Open(IPAddress address) => new(address, FreePorts.TakeBlock(2));

    /// <summary>Sends to, and from now on receives from, this peer only.</summary>
    public void Connect(IPEndPoint peer) => _socket.Connect(peer);

    /// <summary>Sends one datagram; a full or refused socket is no concern of the sender, as on a network.</summary>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        fixed (byte* start = datagram)
        {
            _ = SendTo(_handle, start, (nuint)datagram.Length, MsgDontWait);
        }
    }

    /// <summary>Takes the next datagram.</summary>
    /// <returns>Length; -1 when there is none.</returns>
    [SkipLocalsInit]
    public int Receive(Span<byte> buffer, out TimeSpan arrival)
    {
        byte* control = stackalloc byte[ControlBytes];
        arrival = default;
        fixed (byte* start = buffer)
        {
            IoVector vector = new() { Base = start, Length = (nuint)buffer.Length };
            MessageHeader message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlBytes };
            nint length;
            do
            {
                length = ReceiveMessage(_handle, &message, MsgDontWait);
            }
            while (length < 0 && Marshal.GetLastPInvokeError() == ConnectionRefused);

            if (length < 0)
            {
                return -1;
            }

            arrival = Arrival(message);
            return (int)length;
        }
    }

    public void Dispose() => _socket.Dispose();

    // ICMP "port unreachable" of an earlier send is reported on the next receive; it is not about a datagram.
    private const int ConnectionRefused = 111;

    private static TimeSpan Arrival(in MessageHeader message)
    {
        TimeSpan now = MonotonicTime.Now;
        if (message.ControlLength < 32)
        {
            return now;
        }

        ControlHeader* header = (ControlHeader*)message.Control;
        if (header->Level != SolSocket || header->Kind != SoTimestampNs)
        {
            return now;
        }

        TimeSpan wall = DateTime.UtcNow - DateTime.UnixEpoch;
        TimeSpan stamped = TimeSpan.FromTicks((header->Seconds * TimeSpan.TicksPerSecond) + (header->Nanoseconds / 100));
        return now - (wall - stamped);
    }

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendTo(int socket, byte* data, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(int socket, MessageHeader* message, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    // struct msghdr of 64-bit Linux.
    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    // struct cmsghdr with its timespec.
    [StructLayout(LayoutKind.Sequential)]
    private struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Kind;
        public long Seconds;
        public long Nanoseconds;
    }
}
