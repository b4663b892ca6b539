using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Tests.Messages;

public sealed class SipNameAddressTests
{
    [Theory]
    [Trait("Req", "MSG4")]
    [InlineData("\"A. G. \\\"Bell\\\"\" <sip:agb@bell.com>;tag=a48s", "A. G. \"Bell\"", "sip:agb@bell.com", "a48s")]
    [InlineData("Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8", "Anonymous", "sip:c8oqz84zk7z@privacy.org", "hyh8")]
    [InlineData("sip:+12125551212@server.phone2net.com;tag=887s", null, "sip:+12125551212@server.phone2net.com", "887s")]
    [InlineData("<sip:a@b;transport=tcp>;tag=\"q;,<\"", null, "sip:a@b;transport=tcp", "q;,<")]
    [InlineData("\"<sip:x@y>\"<sip:a@b> ; tag = 1", "<sip:x@y>", "sip:a@b", "1")]
    [InlineData("\"\" <sip:a@b>", null, "sip:a@b", null)]
    [InlineData("Zoé Müller <sip:a@b>", "Zoé Müller", "sip:a@b", null)]
    [InlineData("<tel:+33170000001;phone-context=x>", null, "tel:+33170000001;phone-context=x", null)]
    public void Addresses_in_all_their_forms(string text, string? name, string uri, string? tag)
    {
        Assert.True(SipNameAddress.TryParse(text, out SipNameAddress address));
        Assert.Equal((name, uri, tag), (address.DisplayName, address.Uri.ToString(), address.Tag));
        Assert.True(SipNameAddress.TryParse(address.ToString(), out SipNameAddress again));
        Assert.Equal(uri, again.Uri.ToString());
        Assert.Equal(address.Parameters, again.Parameters);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"open <sip:a@b>")]
    [InlineData("\"a\" sip:a@b")]
    [InlineData("<sip:a@b")]
    [InlineData("sip:a@b>")]
    [InlineData("<>")]
    [InlineData("<sip:a@b> x")]
    [InlineData("<sip:a@b>;=x")]
    [InlineData("<sip:a@b>;a=\"open")]
    [InlineData("<sip:a@b><sip:c@d>")]
    [InlineData("\"a\\\"")]
    public void What_is_no_address_is_refused(string text) => Assert.False(SipNameAddress.TryParse(text, out _));

    [Fact]
    public void A_tag_is_set_once()
    {
        SipNameAddress address = new(new SipUri { Scheme = "sip", Host = "x" });
        Assert.Equal("<sip:x>;tag=b", address.WithTag("a").WithTag("b").ToString());
    }
}
