using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Tests.Messages;

public sealed class SipUriTests
{
    private static SipUri Read(string text)
    {
        Assert.True(SipUri.TryParse(text, out SipUri uri), text);
        return uri;
    }

    [Theory]
    [Trait("Req", "MSG4")]
    [InlineData("sip:alice@atlanta.com")]
    [InlineData("sip:alice:secretword@atlanta.com;transport=tcp")]
    [InlineData("sips:alice@atlanta.com?subject=project%20x&priority=urgent")]
    [InlineData("sip:+1-212-555-1212:1234@gateway.com;user=phone")]
    [InlineData("sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com")]
    [InlineData("sip:alice;day=tuesday@atlanta.com")]
    [InlineData("sip:[2001:db8::1]:5061;lr")]
    [InlineData("sip:*61#@pbx_1.example.com")]
    [InlineData("tel:+33-1-70-00-00-01;isub=12;phone-context=+33")]
    [InlineData("http://www.example.com/x?y")]
    public void What_is_read_is_written_the_same(string text) => Assert.Equal(text, Read(text).ToString());

    [Theory]
    [Trait("Req", "MSG4")]
    [InlineData("")]
    [InlineData("sip:")]
    [InlineData("sip")]
    [InlineData("alice@atlanta.com")]
    [InlineData("sip:@atlanta.com")]
    [InlineData("sip:alice@")]
    [InlineData("sip:alice@atlanta.com:")]
    [InlineData("sip:alice@atlanta.com:0")]
    [InlineData("sip:alice@atlanta.com:65536")]
    [InlineData("sip:alice@atlanta.com:5060x")]
    [InlineData("sip:alice@atlanta com")]
    [InlineData("sip:alice@b@c")]
    [InlineData("sip:al%4@atlanta.com")]
    [InlineData("sip:al%zz@atlanta.com")]
    [InlineData("sip:alice@[2001:db8::1")]
    [InlineData("sip:alice@[192.0.2.1]")]
    [InlineData("sip:alice@[2001:db8:::10]")]
    [InlineData("sip:alice@[fe80::1%25eth0]")]
    [InlineData("sip:2001:db8::10")]
    [InlineData("sip:alice@atlanta.com;;lr")]
    [InlineData("sip:a\r\nb@c")]
    [InlineData("sip:a\0b@c")]
    [InlineData("tel:")]
    [InlineData("tel:+33 1")]
    [InlineData("1sip:a@b")]
    public void What_is_no_uri_is_refused(string text) => Assert.False(SipUri.TryParse(text, out _));

    // The lists of RFC 3261 §19.1.4.
    [Theory]
    [InlineData("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", true)]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true)]
    [InlineData("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5", true)]
    [InlineData("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com", "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com", true)]
    [InlineData("sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x", true)]
    [InlineData("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", false)]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false)]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false)]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false)]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", false)]
    [InlineData("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", false)]
    [InlineData("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", false)]
    [InlineData("sip:bob@biloxi.com", "sips:bob@biloxi.com", false)]
    [InlineData("sip:bob%3B@biloxi.com", "sip:bob;@biloxi.com", false)]
    [InlineData("sip:bob%3b@biloxi.com", "sip:bob%3B@biloxi.com", true)]
    [InlineData("sip:[2001:db8::1]", "sip:[2001:DB8:0:0::1]", true)]
    [InlineData("sip:a@b;maddr=c", "sip:a@b", false)]
    public void Equivalence_follows_the_rfc(string a, string b, bool expected)
    {
        Assert.Equal(expected, Read(a).IsEquivalentTo(Read(b)));
        Assert.Equal(expected, Read(b).IsEquivalentTo(Read(a)));
    }

    [Fact]
    public void A_user_part_that_is_set_is_escaped_and_reads_back()
    {
        SipUri uri = new() { Scheme = "sip", User = "a b@c%d\0é", Host = "x" };
        Assert.Equal("sip:a%20b%40c%25d%00%C3%A9@x", uri.ToString());
        Assert.Equal("a b@c%d\0é", Read(uri.ToString()).User);
    }

    [Fact]
    public void Escapes_that_are_no_utf8_stay_distinct()
    {
        Assert.Equal("\u00ff", Read("sip:%ff@x").User);
        Assert.NotEqual(Read("sip:%fe@x").User, Read("sip:%ff@x").User);
    }
}
