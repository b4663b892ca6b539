using System.Net;
using System.Text;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Sip.Tests.Sdp;

public sealed class SdpSessionTests
{
    private static SdpSession Read(string text)
    {
        Assert.True(SdpSession.TryParse(Encoding.UTF8.GetBytes(text), out SdpSession session), text);
        return session;
    }

    [Theory]
    [Trait("Req", "SDP1")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Lines_may_end_either_way_and_stand_in_any_order(string lineEnd)
    {
        string text = string.Join(lineEnd, "", "s=", "t=odd", "q=what", "junk", "c=IN IP4 192.0.2.1", "o=u 1 2 IN IP4 host.example.com", "v=0", "m=audio 4000 RTP/AVP 8 0", "a=ptime:20", "");
        SdpSession session = Read(text);

        Assert.Equal("u 1 2 IN IP4 host.example.com", session.Origin);
        SdpMedia media = Assert.Single(session.Media);
        Assert.Equal(("audio", 4000, "RTP/AVP"), (media.Kind, media.Port, media.Protocol));
        Assert.Equal(["8", "0"], media.Formats);
        Assert.Equal(20, media.PtimeMs);
        Assert.Equal(IPAddress.Parse("192.0.2.1"), session.ConnectionOf(media)?.Address);
    }

    [Fact]
    [Trait("Req", "SDP1")]
    public void A_connection_may_stand_in_session_media_or_both_in_either_family_or_as_a_name()
    {
        SdpSession session = Read("v=0\no=- 1 1 IN IP4 x\nc=IN IP4 192.0.2.1\nm=audio 1 RTP/AVP 0\nm=audio 2 RTP/AVP 0\nc=IN IP6 2001:db8::1\nm=audio 3 RTP/AVP 0\nc=in ip4 media.example.com\nm=audio 4 RTP/AVP 0\nc=IN IP6 ::ffff:192.0.2.2\nm=audio 5 RTP/AVP 0\nc=IN IP4 224.2.1.1/127/3\n");

        Assert.Equal(
            ["192.0.2.1", "2001:db8::1", null, "192.0.2.2", "224.2.1.1"],
            session.Media.Select(media => session.ConnectionOf(media)!.Address?.ToString()));
        Assert.Equal("media.example.com", session.ConnectionOf(session.Media[2])!.Host);
        SdpSession resolved = session.WithResolved("media.example.com", IPAddress.Parse("192.0.2.77"));
        Assert.Equal("192.0.2.77", resolved.ConnectionOf(resolved.Media[2])!.Address!.ToString());
    }

    [Fact]
    [Trait("Req", "SDP2")]
    public void Payload_types_are_read_from_rtpmap_or_from_the_static_table()
    {
        SdpMedia media = Read("v=0\nm=audio 4000 RTP/AVP 8 0 97 101 18 98 300 x 99\na=rtpmap:97 pcmA/8000/1\na=rtpmap:101 TELEPHONE-EVENT/8000\na=rtpmap:98 opus/48000/2\na=rtpmap:99 broken\n").Media[0];

        Assert.Equal(
            [(8, "PCMA/8000"), (0, "PCMU/8000"), (97, "pcmA/8000"), (101, "TELEPHONE-EVENT/8000"), (18, "G729/8000"), (98, "opus/48000/2")],
            media.Codecs().Select(pair => ((int)pair.PayloadType, pair.Codec.ToString())));
        Assert.True(media.CodecOf(97)!.IsSameAs(SdpCodec.Pcma));
        Assert.True(media.CodecOf(101)!.IsTelephoneEvent);
    }

    [Theory]
    [Trait("Req", "SDP4")]
    [InlineData("a=sendonly\nm=audio 1 RTP/AVP 0\n", SdpDirection.SendOnly)]
    [InlineData("a=sendonly\nm=audio 1 RTP/AVP 0\na=recvonly\n", SdpDirection.ReceiveOnly)]
    [InlineData("m=audio 1 RTP/AVP 0\na=inactive\n", SdpDirection.Inactive)]
    [InlineData("m=audio 1 RTP/AVP 0\na=silenceSupp:off - - - -\n", SdpDirection.SendReceive)]
    public void Direction_is_taken_from_the_media_then_from_the_session(string rest, SdpDirection expected)
    {
        SdpSession session = Read("v=0\n" + rest);
        Assert.Equal(expected, session.DirectionOf(session.Media[0]));
    }

    [Theory]
    [Trait("Req", "MSG8")]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("v=1\no=- 1 1 IN IP4 x\n")]
    [InlineData("v=0\nm=audio\n")]
    [InlineData("v=0\nm=audio x RTP/AVP 0\n")]
    [InlineData("v=0\nm=audio 65536 RTP/AVP 0\n")]
    [InlineData("v=0\nm=audio -1 RTP/AVP 0\n")]
    [InlineData("v=0\nm=video 1 RTP/AVP 31\ra=sendonly\n")]
    public void What_is_broken_beyond_use_is_refused(string text) =>
        Assert.False(SdpSession.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Limits_hold()
    {
        Assert.False(SdpSession.TryParse(Encoding.UTF8.GetBytes("v=0\n" + string.Concat(Enumerable.Repeat("m=audio 1 RTP/AVP 0\n", 17))), out _));
        Assert.False(SdpSession.TryParse(Encoding.UTF8.GetBytes("v=0\ns=" + new string('x', 5000)), out _));
        SdpSession session = Read("v=0\nm=audio 1 RTP/AVP " + string.Join(' ', Enumerable.Repeat("0", 1500)) + "\n" + string.Concat(Enumerable.Repeat("a=x\n", 1000)));
        Assert.Equal((64, 256), (session.Media[0].Formats.Count, session.Media[0].Attributes.Count));
    }

    [Fact]
    public void What_is_written_reads_the_same()
    {
        SdpSession session = Read("v=0\no=- 7 2 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\na=x:y\nm=audio 4000 RTP/AVP 8 101\nc=IN IP6 2001:db8::2\na=rtpmap:101 telephone-event/8000\na=sendonly\nm=video 0 RTP/AVP 31\n");
        Assert.Equal(session.ToString(), Read(session.ToString()).ToString());
        Assert.Contains("m=audio 4000 RTP/AVP 8 101\r\nc=IN IP6 2001:db8::2\r\na=rtpmap:101 telephone-event/8000\r\na=sendonly\r\n", session.ToString(), StringComparison.Ordinal);
    }
}
