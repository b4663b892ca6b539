using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace PhoneBridge.Sip.Protection;

/// <summary>An IP address as a number, IPv4 in its IPv6 form (RFC 4291 §2.5.5.2), so that both are compared alike.</summary>
internal readonly record struct SourceAddress(UInt128 Value)
{
    private const ulong MappedPrefix = 0xFFFFul << 32;

    /// <summary>Who counts as one source.</summary>
    public SourceGroup Group => IsIPv4 ? new SourceGroup((ulong)Value) : new SourceGroup((ulong)(Value >> 64));

    private bool IsIPv4 => (ulong)(Value >> 64) == 0 && ((ulong)Value & ~0xFFFF_FFFFul) == MappedPrefix;

    /// <summary>Reads what the kernel says of a datagram's source (sockaddr_in, sockaddr_in6); allocates nothing.</summary>
    public static SourceAddress Of(SocketAddress address)
    {
        ReadOnlySpan<byte> bytes = address.Buffer.Span;
        return address.Family == AddressFamily.InterNetwork
            ? OfIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]))
            : new SourceAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]));
    }

    /// <summary>The number of an address.</summary>
    public static SourceAddress Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        return written == 4
            ? OfIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new SourceAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>Writes the address as SIP does, IPv6 without brackets. False when there is no room.</summary>
    public bool TryFormat(Span<byte> text, out int length)
    {
        length = 0;
        if (!IsIPv4)
        {
            return ToAddress().TryFormat(text, out length);
        }

        for (int shift = 24; shift >= 0; shift -= 8)
        {
            if (!Utf8Formatter.TryFormat((byte)((uint)Value >> shift), text[length..], out int digits))
            {
                return false;
            }

            length += digits;
            if (shift > 0)
            {
                if (length == text.Length)
                {
                    return false;
                }

                text[length++] = (byte)'.';
            }
        }

        return true;
    }

    /// <summary>The address.</summary>
    public IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return new IPAddress(IsIPv4 ? bytes[12..] : bytes);
    }

    private static SourceAddress OfIPv4(uint address) => new(MappedPrefix | address);
}

/// <summary>Who counts as one source: an IPv4 address, or an IPv6 network of 64 bits, in which a host may take any address it likes.</summary>
/// <param name="Value">The network's bits; IPv4 with a mark above it that no IPv6 network in use has.</param>
internal readonly record struct SourceGroup(ulong Value)
{
    /// <summary>Bits that all its addresses have in common: 32 or 64.</summary>
    public int PrefixLength => IsIPv4 ? 32 : 64;

    private bool IsIPv4 => Value >> 32 == 0xFFFF;

    /// <summary>Its address, or the first of its network.</summary>
    public IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Value);
        return IsIPv4 ? new IPAddress(bytes[4..8]) : new IPAddress(bytes);
    }
}
