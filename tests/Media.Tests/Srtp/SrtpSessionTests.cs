using System.Buffers.Binary;
using System.Security.Cryptography;
using PhoneBridge.Media.Srtp;
using PhoneBridge.Testing.Memory;

namespace PhoneBridge.Media.Tests.Srtp;

public sealed class SrtpSessionTests
{
    public static TheoryData<SrtpSuite> Suites => [.. Enum.GetValues<SrtpSuite>()];

    [Theory]
    [Trait("Req", "SDP6")]
    [MemberData(nameof(Suites))]
    public void The_stream_goes_on_where_the_sequence_number_rolls_over_also_with_losses_and_packets_out_of_order(SrtpSuite suite)
    {
        using SrtpPair pair = new(suite);
        int end = suite.IsGcm() ? 66_500 : 132_000;
        for (int i = 65_000; i < end; i += 3)
        {
            byte[] first = pair.Protect((ushort)i), second = pair.Protect((ushort)(i + 1));
            pair.Protect((ushort)(i + 2));                  // lost
            Assert.Equal(SrtpOutcome.Accepted, pair.Take(second, (ushort)(i + 1)));
            Assert.Equal(SrtpOutcome.Accepted, pair.Take(first, (ushort)i));
        }

        Assert.Equal(0, pair.Far.Refused);
    }

    [Theory]
    [Trait("Req", "SDP6")]
    [MemberData(nameof(Suites))]
    public void Wrong_garbled_short_and_unprotected_packets_are_refused_and_the_stream_goes_on(SrtpSuite suite)
    {
        using SrtpPair pair = new(suite), other = new(suite);
        Random random = new(4568);
        for (ushort i = 0; i < 200; i++)
        {
            byte[] wire = pair.Protect(i);
            Assert.Equal(SrtpOutcome.NotAuthentic, pair.Take(SrtpPair.Clear(i)));
            Assert.Equal(SrtpOutcome.NotAuthentic, pair.Take(other.Protect(other.Far, SrtpPair.Clear(i))));     // the other direction's key
            Assert.Equal(SrtpOutcome.NotAuthentic, pair.Take(wire[..random.Next(wire.Length)]));
            byte[] garbled = [.. wire];
            garbled[random.Next(12, garbled.Length)] ^= (byte)random.Next(1, 256);
            Assert.Equal(SrtpOutcome.NotAuthentic, pair.Take(garbled));
            byte[] noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            Assert.NotEqual(SrtpOutcome.Accepted, pair.Take(noise));
            Assert.Equal(SrtpOutcome.Accepted, pair.Take(wire, i));
        }

        Assert.Equal(1000, pair.Far.Refused);
    }

    [Theory]
    [Trait("Req", "SDP6")]
    [MemberData(nameof(Suites))]
    public void A_packet_counts_once_and_one_behind_the_window_not_at_all(SrtpSuite suite)
    {
        using SrtpPair pair = new(suite);
        byte[] early = pair.Protect(1000), late = pair.Protect(1001);
        Assert.Equal(SrtpOutcome.Accepted, pair.Take(pair.Protect(1002)));
        for (ushort i = 1003; i < 1001 + 250; i++)
        {
            Assert.Equal(SrtpOutcome.Accepted, pair.Take(pair.Protect(i)));
        }

        Assert.Equal(SrtpOutcome.Accepted, pair.Take(late, 1001));
        Assert.Equal(SrtpOutcome.Replayed, pair.Take(late));
        for (ushort i = 1251; i < 1300; i++)
        {
            Assert.Equal(SrtpOutcome.Accepted, pair.Take(pair.Protect(i)));
        }

        Assert.Equal(SrtpOutcome.Replayed, pair.Take(early));
        Assert.Equal(2, pair.Far.Refused);
    }

    [Theory]
    [Trait("Req", "SDP6")]
    [MemberData(nameof(Suites))]
    public void Reports_are_opened_once_and_only_when_they_are_authentic(SrtpSuite suite)
    {
        using SrtpPair pair = new(suite);
        for (int i = 0; i < 20; i++)
        {
            byte[] room = new byte[300];
            Convert.FromHexString("80C90001CAFEBABE").CopyTo(room, 0);
            int length = 8;
            Assert.True(pair.Near.TryProtectRtcp(room, ref length));
            byte[] wire = room[..length], garbled = [.. wire];
            garbled[^5] ^= 1;
            Assert.Equal(SrtpOutcome.NotAuthentic, pair.Far.UnprotectRtcp(garbled, out _));
            Assert.Equal(SrtpOutcome.NotAuthentic, pair.Far.UnprotectRtcp(new byte[i], out _));
            Assert.Equal(SrtpOutcome.Accepted, pair.Far.UnprotectRtcp([.. wire], out int opened));
            Assert.Equal(8, opened);
            Assert.Equal(SrtpOutcome.Replayed, pair.Far.UnprotectRtcp([.. wire], out _));
        }
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void A_new_source_of_the_peer_is_taken_up_but_not_without_end()
    {
        using SrtpPair pair = new();
        for (uint ssrc = 1; ssrc <= 64; ssrc++)
        {
            Assert.Equal(SrtpOutcome.Accepted, pair.Take(pair.Protect(7, ssrc), 7));
            Assert.NotEqual(SrtpOutcome.Accepted, pair.Take(SrtpPair.Clear(8, ssrc + 1000)));     // a forged one takes no place
        }

        Assert.Equal(SrtpOutcome.TooManySources, pair.Take(pair.Protect(7, 65)));
        Assert.Equal(SrtpOutcome.Accepted, pair.Take(pair.Protect(8, 64), 8));
    }

    [Theory]
    [Trait("Req", "SDP6")]
    [InlineData(1, 4u)]
    [InlineData(4, 0x01020304u)]
    [InlineData(9, 77u)]
    public void A_master_key_identifier_in_the_peers_packets_is_understood(int length, uint value)
    {
        using SrtpPair pair = new(identifierLength: length, identifier: value);

        // The identifier stands before the tag and is not authenticated (RFC 3711 §3.1).
        byte[] plain = pair.Protect(5);
        byte[] identifier = new byte[Math.Max(length, 4)];
        BinaryPrimitives.WriteUInt32BigEndian(identifier.AsSpan(identifier.Length - 4), value);
        byte[] wire = [.. plain[..^10], .. identifier[^length..], .. plain[^10..]];
        Assert.Equal(SrtpOutcome.NotAuthentic, pair.Take(plain));
        Assert.Equal(SrtpOutcome.Accepted, pair.Take(wire, 5));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Nothing_is_allocated_for_a_packet_in_either_direction(SrtpSuite suite)
    {
        using SrtpPair pair = new(suite);
        byte[] room = new byte[400];
        byte[] clear = SrtpPair.Clear(0);
        ushort sequence = 0;
        void Pass()
        {
            clear.CopyTo(room, 0);
            BinaryPrimitives.WriteUInt16BigEndian(room.AsSpan(2), sequence++);
            int length = clear.Length;
            pair.Near.TryProtectRtp(room, ref length);
            pair.Far.UnprotectRtp(room.AsSpan(0, length), out _);
            pair.Far.UnprotectRtp(room.AsSpan(0, clear.Length), out _);
        }

        for (int i = 0; i < 60; i++)
        {
            Pass();
        }

        Assert.Equal(0, AllocationMeter.Of(Pass));
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void A_key_is_never_printed_and_is_wiped_with_its_session()
    {
        byte[] secret = RandomNumberGenerator.GetBytes(30);
        SrtpKeys keys = new(SrtpSuite.AesCm128HmacSha1Tag80, new SrtpKey(secret), new SrtpKey(secret));
        Assert.Equal(keys, keys with { Receive = new SrtpKey(secret) });
        Assert.NotEqual(keys, keys with { Receive = new SrtpKey(new byte[30]) });
        string text = $"{keys} {keys.Send} {keys.Send.GetHashCode()}";
        Assert.DoesNotContain(Convert.ToHexString(secret), text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(secret), text, StringComparison.Ordinal);
        new SrtpSession(keys).Dispose();
        Assert.Equal(keys.Send, new SrtpKey(new byte[30]));
    }
}
