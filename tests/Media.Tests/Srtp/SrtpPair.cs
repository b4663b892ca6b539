using System.Buffers.Binary;
using PhoneBridge.Media.Srtp;

namespace PhoneBridge.Media.Tests.Srtp;

/// <summary>Two ends of one line, with the keys of RFC 3711 appendix B.3 from the first to the second.</summary>
internal sealed class SrtpPair : IDisposable
{
    /// <summary>Master key and salt of RFC 3711 appendix B.3, and libsrtp's own test key.</summary>
    public const string MasterKey = "E1F97A0D3E018BE0D64FA32C06DE41390EC675AD498AFEEBB6960B3AABE6";

    public const uint Ssrc = 0xCAFEBABE;

    private readonly byte[] _room = new byte[400];

    public SrtpPair(SrtpSuite suite = SrtpSuite.AesCm128HmacSha1Tag80, int identifierLength = 0, uint identifier = 0)
    {
        Near = new SrtpSession(new SrtpKeys(suite, Key(suite, 1), Key(suite, 2)));
        Far = new SrtpSession(new SrtpKeys(suite, Key(suite, 2), Key(suite, 1)) { IdentifierLength = identifierLength, Identifier = identifier });
    }

    public SrtpSession Near { get; }

    public SrtpSession Far { get; }

    public static SrtpKey Key(SrtpSuite suite, byte which)
    {
        byte[] bytes = Enumerable.Range(0, suite.KeyLength()).Select(i => (byte)(i * which)).ToArray();
        if (which == 1 && !suite.IsGcm())
        {
            bytes = Convert.FromHexString(MasterKey);
        }

        return new SrtpKey(bytes);
    }

    /// <summary>A voice packet of 160 bytes in clear.</summary>
    public static byte[] Clear(ushort sequence, uint ssrc = Ssrc, byte fill = 0xAB)
    {
        byte[] packet = new byte[172];
        packet.AsSpan(12).Fill(fill);
        packet[0] = 0x80;
        packet[1] = 8;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), sequence * 160u);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        return packet;
    }

    /// <summary>What the near end puts on the wire.</summary>
    public byte[] Protect(ushort sequence, uint ssrc = Ssrc) => Protect(Near, Clear(sequence, ssrc));

    public byte[] Protect(SrtpSession session, byte[] clear)
    {
        clear.CopyTo(_room, 0);
        int length = clear.Length;
        Assert.True(session.TryProtectRtp(_room, ref length));
        return _room[..length];
    }

    /// <summary>The far end takes it; what it reads is compared with what was said.</summary>
    public SrtpOutcome Take(byte[] onTheWire, ushort? sequence = null)
    {
        byte[] copy = [.. onTheWire];
        SrtpOutcome outcome = Far.UnprotectRtp(copy, out int length);
        if (outcome == SrtpOutcome.Accepted && sequence is { } number)
        {
            Assert.Equal(Clear(number, BinaryPrimitives.ReadUInt32BigEndian(copy.AsSpan(8))), copy[..length]);
        }

        return outcome;
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}
