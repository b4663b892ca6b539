using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PhoneBridge.Media.Streams;

namespace PhoneBridge.Mixer.Io;

/// <summary>Addresses as the Linux kernel wants them: struct sockaddr_in (ip(7)) and sockaddr_in6 (ipv6(7)). Scope ids are not carried: link-local peers need none of us.</summary>
internal static class KernelAddress
{
    /// <summary>Size of the larger of the two [bytes].</summary>
    public const int MaxLength = 28;

    private const int IPv4Length = 16;
    private const ushort FamilyIPv4 = 2, FamilyIPv6 = 10;

    //  sockaddr_in:  family (host order) | port (network order) | 4 bytes of address | 8 of zero
    //  sockaddr_in6: family (host order) | port (network order) | flow label | 16 bytes of address | scope
    /// <summary>Writes an address for a socket of a family.</summary>
    /// <returns>Length [bytes].</returns>
    public static int Write(SourceAddress address, AddressFamily family, Span<byte> room)
    {
        room[..MaxLength].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(room[2..], address.Port);
        if (family == AddressFamily.InterNetwork)
        {
            BitConverter.TryWriteBytes(room, FamilyIPv4);
            BinaryPrimitives.WriteUInt32BigEndian(room[4..], (uint)address.Address);
            return IPv4Length;
        }

        BitConverter.TryWriteBytes(room, FamilyIPv6);
        BinaryPrimitives.WriteUInt128BigEndian(room[8..], address.Address);
        return MaxLength;
    }

    /// <summary>Reads what the kernel wrote.</summary>
    public static SourceAddress Read(ReadOnlySpan<byte> bytes)
    {
        int port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return BitConverter.ToUInt16(bytes) == FamilyIPv4
            ? SourceAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), port)
            : SourceAddress.FromIPv6(bytes.Slice(8, 16), port);
    }
}
