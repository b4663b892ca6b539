using System.Buffers.Binary;
using System.Security.Cryptography;
using PhoneBridge.Media.Srtp;

namespace PhoneBridge.Media.Tests.Srtp;

/// <summary>Known answers: what goes over the wire is what others expect there.</summary>
public sealed class SrtpVectorTests
{
    private const string GcmKey128 = "000102030405060708090A0B0C0D0E0FA0A1A2A3A4A5A6A7A8A9AAAB";
    private const string Clear = "800F1234DECAFBADCAFEBABEABABABABABABABABABABABABABABABAB";

    [Fact]
    public void The_library_is_there_with_every_suite()
    {
        Assert.True(SrtpLibrary.IsAvailable, "libsrtp2.so.1 is missing: install the Debian package libsrtp2-1.");
        Assert.Equal(Enum.GetValues<SrtpSuite>(), SrtpLibrary.Suites);
    }

    [Theory] // The vectors of libsrtp's own test driver (test/srtp_driver.c).
    [Trait("Req", "SDP6")]
    [InlineData(SrtpSuite.AesCm128HmacSha1Tag80, SrtpPair.MasterKey,
        "800F1234DECAFBADCAFEBABE4E55DC4CE79978D88CA4D215949D2402B78D6ACC99EA179B8DBB")]
    [InlineData(SrtpSuite.AesCm128HmacSha1Tag32, SrtpPair.MasterKey, "800F1234DECAFBADCAFEBABE4E55DC4CE79978D88CA4D215949D2402B78D6ACC")]
    [InlineData(SrtpSuite.AeadAes128Gcm, GcmKey128,
        "800F1234DECAFBADCAFEBABEC5002EDE04CFDD2EB91159E0880AA06ED2976826F796B201DF3131A127E8A392")]
    public void A_packet_is_protected_to_the_bit_as_the_reference_has_it(SrtpSuite suite, string key, string wire)
    {
        using SrtpSession session = new(new SrtpKeys(suite, KeyOf(key), KeyOf(key)));
        byte[] room = new byte[400];
        Convert.FromHexString(Clear).CopyTo(room, 0);
        int length = Clear.Length / 2;
        Assert.True(session.TryProtectRtp(room, ref length));

        // The short tag is the long one cut off.
        Assert.Equal(wire, Convert.ToHexString(room, 0, length));
        Assert.Equal(SrtpOutcome.Accepted, session.UnprotectRtp(room.AsSpan(0, length), out int opened));
        Assert.Equal(Clear, Convert.ToHexString(room, 0, opened));
    }

    [Theory]
    [Trait("Req", "SDP6")]
    [InlineData(SrtpSuite.AesCm128HmacSha1Tag80)]
    [InlineData(SrtpSuite.AesCm128HmacSha1Tag32)]
    public void A_report_is_protected_with_the_long_tag_in_both_suites(SrtpSuite suite)
    {
        using SrtpSession session = new(new SrtpKeys(suite, KeyOf(SrtpPair.MasterKey), KeyOf(SrtpPair.MasterKey)));
        byte[] room = new byte[400];
        Convert.FromHexString("81C8000BCAFEBABEABABABABABABABABABABABABABABABAB").CopyTo(room, 0);
        int length = 24;
        Assert.True(session.TryProtectRtcp(room, ref length));
        Assert.Equal(
            "81C8000BCAFEBABE7128035BE487B9BDBEF89041F977A5A880000001993E08CD54D6C1230798", Convert.ToHexString(room, 0, length));
        Assert.Equal(SrtpOutcome.Accepted, session.UnprotectRtcp(room.AsSpan(0, length), out int opened));
        Assert.Equal(24, opened);
    }

    [Theory] // The session keys that RFC 3711 appendix B.3 derives, put to use by .NET's own AES and HMAC.
    [Trait("Req", "SDP6")]
    [InlineData(0, 0)]
    [InlineData(1, 65535)]
    [InlineData(70_000, 4464)]
    public void With_the_session_keys_of_the_RFC_another_implementation_makes_the_same_packet(int packetsBefore, int sequence)
    {
        using SrtpPair pair = new();
        for (int i = 0; i < packetsBefore; i++)
        {
            pair.Protect((ushort)(sequence - packetsBefore + i));
        }

        uint rollOver = (uint)(packetsBefore / 65536);
        byte[] wire = pair.Protect((ushort)sequence);
        byte[] clear = SrtpPair.Clear((ushort)sequence);
        Encrypt(clear, rollOver);
        Assert.Equal(clear, wire[..^10]);
        Assert.Equal(Tag(clear, rollOver), wire[^10..]);
    }

    // RFC 3711 §4.1.1: IV = salt · 2^16 ⊕ SSRC · 2^64 ⊕ index · 2^16, counted up block by block.
    private static void Encrypt(Span<byte> packet, uint rollOver)
    {
        using Aes aes = Aes.Create();
        aes.Key = Convert.FromHexString("C61E7A93744F39EE10734AFE3FF7A087");
        byte[] counter = new byte[16];
        Convert.FromHexString("30CBBC08863D8C85D49DB34A9AE1").CopyTo(counter, 0);
        Span<byte> index = stackalloc byte[10];
        packet.Slice(8, 4).CopyTo(index);
        BinaryPrimitives.WriteUInt32BigEndian(index[4..], rollOver);
        packet.Slice(2, 2).CopyTo(index[8..]);
        for (int i = 0; i < index.Length; i++)
        {
            counter[4 + i] ^= index[i];
        }

        Span<byte> payload = packet[12..];
        for (int block = 0; block * 16 < payload.Length; block++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(counter.AsSpan(14), (ushort)block);
            byte[] stream = aes.EncryptEcb(counter, PaddingMode.None);
            for (int i = 0; i < 16 && (block * 16) + i < payload.Length; i++)
            {
                payload[(block * 16) + i] ^= stream[i];
            }
        }
    }

    private static byte[] Tag(byte[] packet, uint rollOver)
    {
        byte[] authenticated = [.. packet, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(authenticated.AsSpan(packet.Length), rollOver);
#pragma warning disable CA5350 // SHA-1 is what RFC 3711 §4.2.1 prescribes
        return HMACSHA1.HashData(Convert.FromHexString("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"), authenticated)[..10];
#pragma warning restore CA5350
    }

    private static SrtpKey KeyOf(string hex) => new(Convert.FromHexString(hex));
}
