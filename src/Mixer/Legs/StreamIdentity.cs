using System.Buffers.Binary;
using System.Security.Cryptography;
using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Mixer.Legs;

/// <summary>The random numbers of one leg (RFC 3550 §5.1, §6.5.1, RFC 7022), drawn when it is opened.</summary>
/// <param name="Ssrc">Our synchronisation source, the same for the whole call (RTP5).</param>
/// <param name="FirstSequence">Sequence number of the first packet, in the lower half.</param>
/// <param name="FirstTimestamp">Timestamp of the first packet.</param>
/// <param name="RtcpSeed">Makes the CNAME and spreads the reports.</param>
internal readonly record struct StreamIdentity(uint Ssrc, SequenceNumber FirstSequence, RtpTimestamp FirstTimestamp, UInt128 RtcpSeed)
{
    // With SRTP a peer that misses the first packets before a roll-over would count one less than we do, and open nothing.
    private const ushort LargestFirstSequence = 0x7FFF;

    /// <summary>Draws an identity.</summary>
    public static StreamIdentity Random()
    {
        Span<byte> bytes = stackalloc byte[26];
        RandomNumberGenerator.Fill(bytes);
        return new StreamIdentity(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            new SequenceNumber((ushort)(BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) & LargestFirstSequence)),
            new RtpTimestamp(BinaryPrimitives.ReadUInt32LittleEndian(bytes[6..])),
            BinaryPrimitives.ReadUInt128LittleEndian(bytes[10..]));
    }
}
