using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PhoneBridge.Media.Streams;

/// <summary>Address and port that a datagram came from, as a value: compared and kept without allocation.</summary>
/// <param name="Address">IPv6 address as a number; IPv4 in its mapped form (::ffff:a.b.c.d).</param>
/// <param name="Port">UDP port.</param>
public readonly record struct SourceAddress(UInt128 Address, ushort Port)
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    /// <summary>True for IPv4, also when it is written in the mapped form.</summary>
    public bool IsIPv4 => Address >> 32 == MappedPrefix >> 32;

    /// <summary>True when no peer outside of its network can be reached there: private, shared (RFC 6598), link-local, unique local, unspecified.</summary>
    public bool IsPrivate => IsIPv4
        ? (uint)Address is (>= 0x0A000000 and <= 0x0AFFFFFF)    // 10/8
            or (>= 0xAC100000 and <= 0xAC1FFFFF)                // 172.16/12
            or (>= 0xC0A80000 and <= 0xC0A8FFFF)                // 192.168/16
            or (>= 0x64400000 and <= 0x647FFFFF)                // 100.64/10
            or (>= 0xA9FE0000 and <= 0xA9FEFFFF)                // 169.254/16
            or <= 0x00FFFFFF                                    // 0/8
        : (byte)(Address >> 120) is 0xFC or 0xFD                // fc00::/7
            || (ushort)(Address >> 112) is >= 0xFE80 and <= 0xFEBF // fe80::/10
            || Address == UInt128.Zero;

    /// <summary>True for 127/8 and ::1: only processes of this machine can send from there.</summary>
    public bool IsLoopback => IsIPv4 ? (uint)Address >> 24 == 127 : Address == UInt128.One;

    /// <summary>Makes one of an IPv4 address.</summary>
    /// <param name="address">The four bytes as a number, first byte highest.</param>
    /// <param name="port">UDP port.</param>
    public static SourceAddress FromIPv4(uint address, int port) => new(MappedPrefix | address, (ushort)port);

    /// <summary>Makes one of an IPv6 address.</summary>
    /// <param name="address">Its 16 bytes in network order.</param>
    /// <param name="port">UDP port.</param>
    public static SourceAddress FromIPv6(ReadOnlySpan<byte> address, int port) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(address), (ushort)port);

    /// <summary>Makes one of an end point; for set-up, not for each packet.</summary>
    public static SourceAddress From(IPEndPoint endPoint) => From(endPoint.Address, endPoint.Port);

    /// <summary>Makes one of an address and a port; for set-up, not for each packet.</summary>
    public static SourceAddress From(IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes), port)
            : FromIPv6(bytes, port);
    }

    /// <summary>True when both lie in one network: /24 of IPv4, /64 of IPv6. Ports do not matter.</summary>
    public bool SharesPrefix(SourceAddress other) =>
        IsIPv4 == other.IsIPv4 && (Address ^ other.Address) >> (IsIPv4 ? 8 : 64) == UInt128.Zero;

    /// <summary>As an end point; allocates.</summary>
    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPEndPoint(IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes), Port);
    }
}
