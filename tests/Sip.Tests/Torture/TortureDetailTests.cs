using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Sip.Tests.Torture;

/// <summary>What must have been understood of the accepted messages.</summary>
public sealed class TortureDetailTests
{
    private static SipRequest Request(string name) => Assert.IsType<SipRequest>(SipParser.Parse(TortureMessage.Read(name)).Message);

    private static SipResponse Response(string name) => Assert.IsType<SipResponse>(SipParser.Parse(TortureMessage.Read(name)).Message);

    private static SdpSession Sdp(string name) => SdpBody.Read(Request(name)).Session!;

    [Fact]
    [Trait("Req", "MSG1")]
    public void Wsinv_folds_everywhere()
    {
        SipRequest request = Request("wsinv");
        Assert.True(request.Uri.Parameters.Contains("unknownparam"));
        Assert.Equal("1918181833n", request.To.Tag);
        Assert.Equal("J Rosenberg \\\"", request.From.DisplayName);
        Assert.Equal("98asjd8", request.From.Tag);
        Assert.Equal(68, request.MaxForwards);
        Assert.Equal(new SipCSeq(9, "INVITE"), request.CSeq);
        Assert.Equal("", request.Headers["Subject"]);
        Assert.Equal("newfangled value continued newfangled value", request.Headers["NewFangledHeader"]);
        Assert.Equal(";;,,;;,;", request.Headers["UnknownHeaderWithUnusualValue"]);
        Assert.Equal(
            ["UDP 192.0.2.2 390skdjuw", "TCP spindle.example.com z9hG4bK9ikj8", "UDP 192.168.255.111 z9hG4bK30239"],
            request.Vias.Select(via => $"{via.Transport} {via.SentByHost} {via.Branch}"));
        Assert.True(Assert.Single(request.Routes).Uri.IsLooseRouter);
        Assert.Equal("Quoted string \"\"", request.Contact?.DisplayName);
        Assert.Equal("newvalue", request.Contact?.Parameters["newparam"]);
        Assert.Equal("0.33", request.Contact?.Parameters["q"]);
        Assert.Equal(150, request.Body.Length);
    }

    [Fact]
    public void Intmeth_takes_every_token_character()
    {
        SipRequest request = Request("intmeth");
        Assert.Equal("!interesting-Method0123456789_*+`.%indeed'~", request.Method);
        Assert.False(SipMethods.IsKnown(request.Method));
        Assert.Equal("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*", request.Uri.User);
        Assert.Equal("&it+has=1,weird!*pas$wo~d_too.(doesn't-it)", request.Uri.EncodedPassword);
        Assert.Equal("BEL:\a NUL:\0 DEL:\x7f", request.To.DisplayName);
        Assert.Equal("token1~` token2'+_ token3*%!.-", request.From.DisplayName);
        Assert.Equal("работающий", request.From.Parameters["fromParam''~+*_!.-%"]);
        Assert.Equal("_token~1'+`*%!-.", request.From.Tag);
        Assert.Equal("intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{", request.CallId);
        Assert.Equal("\ufeff大停電", request.Headers["extensionHeader-!.%*+_`'~"]);
        byte[] written = SipWriter.Write(request);
        Assert.Equal(written, SipWriter.Write(SipParser.Parse(written).Message!));
    }

    [Fact]
    [Trait("Req", "MSG4")]
    public void Escapes_are_resolved_once()
    {
        SipRequest request = Request("esc01");
        Assert.Equal("sips:user@example.com", request.Uri.User);
        Assert.Equal("user", request.To.Uri.User);
        Assert.Equal("I have spaces", request.From.Uri.User);
        Assert.Equal("caller", request.Contact?.Uri.User);
        Assert.True(request.Contact?.Uri.IsLooseRouter);
        Assert.Equal("value%41", request.Contact?.Uri.Parameter("name"));
        Assert.Equal("INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0", System.Text.Encoding.UTF8.GetString(SipWriter.Write(request)).Split("\r\n")[0]);
    }

    [Fact]
    [Trait("Req", "MSG7")]
    public void Escaped_nulls_shorten_nothing()
    {
        SipRequest request = Request("escnull");
        Assert.Equal("null-\0-null", request.To.Uri.User);
        IReadOnlyList<string> contacts = request.Headers.GetAll("Contact");
        Assert.Equal(2, contacts.Count);
        Assert.True(SipNameAddress.TryParse(contacts[0], out SipNameAddress one));
        Assert.True(SipNameAddress.TryParse(contacts[1], out SipNameAddress two));
        Assert.Equal(("\0", "\0\0"), (one.Uri.User, two.Uri.User));
        Assert.False(one.Uri.IsEquivalentTo(two.Uri));
    }

    [Fact]
    public void A_percent_sign_outside_of_uris_is_just_one()
    {
        SipRequest request = Request("esc02");
        Assert.Equal("RE%47IST%45R", request.Method);
        Assert.Equal("%Z%45", request.To.DisplayName);
        Assert.Equal(["<sip:alias1@host1.example.com>", "<sip:alias3@host3.example.com>"], request.Headers.GetAll("Contact"));
    }

    [Fact]
    public void Display_name_and_bracket_may_touch() => Assert.Equal("caller", Request("lwsdisp").From.DisplayName);

    [Fact]
    public void Longreq_keeps_its_long_values()
    {
        SipRequest request = Request("longreq");
        Assert.Equal(34, request.Vias.Count);
        Assert.Equal(5 + 150, request.From.Tag!.Length);
        Assert.Equal("192.0.2.5", request.Vias[^1].Received);
        Assert.Equal(6000, request.To.Uri.Port);
    }

    [Fact]
    [Trait("Req", "MSG5")]
    public void Octets_behind_the_message_are_ignored()
    {
        SipRequest request = Request("dblreq");
        Assert.Equal("REGISTER", request.Method);
        Assert.True(request.Body.IsEmpty);
    }

    [Fact]
    [Trait("Req", "MSG4")]
    public void A_semicolon_may_stand_in_the_user_part()
    {
        SipRequest request = Request("semiuri");
        Assert.Equal("user;par=u@example.net", request.Uri.User);
        Assert.Equal("example.com", request.Uri.Host);
        Assert.Equal(6, request.Headers.GetAll("Accept").Count);
    }

    [Fact]
    public void Transports_may_be_unknown() =>
        Assert.Equal(["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"], Request("transports").Vias.Select(via => via.Transport));

    [Fact]
    public void A_binary_part_with_nulls_is_framed()
    {
        SipRequest request = Request("mpart01");
        Assert.Equal(553, request.Body.Length);
        Assert.True(SipMultipart.TryRead(request.Body, "7a9cbec02ceef655", out IReadOnlyList<SipBodyPart> parts));
        Assert.Equal("Hello"u8, parts[0].Body.Span);
        Assert.Equal((342, (byte)0x30, (byte)0x05), (parts[1].Body.Length, parts[1].Body.Span[0], parts[1].Body.Span[^1]));
    }

    [Fact]
    [Trait("Req", "MSG7")]
    public void Reason_phrases_may_be_any_text_or_none()
    {
        Assert.Equal("= 2**3 * 5**2 но сто девяносто девять - простое", Response("unreason").ReasonPhrase);
        Assert.Equal((100, ""), (Response("noreason").StatusCode, Response("noreason").ReasonPhrase));
    }

    [Fact]
    public void Careless_addresses_are_understood()
    {
        Assert.Equal("sip:t.watson@example.org", Request("badaspec").To.Uri.ToString());
        Assert.Equal("Bell, Alexander", Request("baddn").From.DisplayName);
        Assert.Equal("Route=%3Csip:sip.example.com%3E", Request("regbadct").Contact?.Uri.Headers);
        Assert.Equal("Route=%3Csip:sip.example.com%3E", Request("regescrt").Contact?.Uri.Headers);
    }

    [Fact]
    public void Parameters_belong_to_the_header_without_brackets_and_to_the_uri_within()
    {
        Assert.True(Request("cparam01").Contact!.Parameters.Contains("unknownparam"));
        Assert.False(Request("cparam01").Contact!.Uri.Parameters.Contains("unknownparam"));
        Assert.True(Request("cparam02").Contact!.Uri.Parameters.Contains("unknownparam"));
    }

    [Fact]
    public void What_the_layers_above_need_is_there()
    {
        Assert.Equal(["nothingSupportsThis", "nothingSupportsThisEither"], Request("bext01").Require);
        Assert.Equal(415, SdpBody.Read(Request("invut")).RefusalStatus);
        Assert.Equal("text/nobodyKnowsThis", Request("sdp01").Headers["Accept"]);
        Assert.Equal("isbn", Request("unksm2").To.Uri.Scheme);
        Assert.Equal(0, Request("zeromf").MaxForwards);
        Assert.Equal(2, Response("bcast").Vias.Count);
        Assert.Equal(SipVia.MagicCookie, Request("badbranch").TopVia.Branch);
    }

    [Fact]
    public void An_invite_of_rfc2543_is_understood()
    {
        SipRequest request = Request("inv2543");
        Assert.Null(request.TopVia.Branch);
        Assert.Null(request.From.Tag);
        Assert.Null(request.MaxForwards);
        Assert.True(request.To.Parameters.Contains("user"));
        Assert.Equal("ss1.example.com", Assert.Single(request.RecordRoutes).Uri.Maddr);
        Assert.Equal(49217, SdpBody.Read(request).Session!.Media[0].Port);
    }

    [Fact]
    public void Ipv6_references_are_read_as_rfc5118_says()
    {
        Assert.Equal(("2001:db8::10", null), (Request("ipv6-good").Uri.Host, Request("ipv6-good").Uri.Port));
        Assert.Equal(("2001:db8::10:5070", null), (Request("port-ambiguous").Uri.Host, Request("port-ambiguous").Uri.Port));
        Assert.Equal(("2001:db8::10", 5070), (Request("port-unambiguous").Uri.Host, Request("port-unambiguous").Uri.Port));
        Assert.Equal("2001:db8::9:255", Request("via-received-param-with-delim").TopVia.Received);
        Assert.Equal("2001:db8::9:255", Request("via-received-param-no-delim").TopVia.Received);
        Assert.Equal(["2001:db8::9:1", "192.0.2.1", "2001:db8::9:255"], Request("mult-ip-in-header").Vias.Select(via => via.SentByHost));
        Assert.Equal(6050, Request("mult-ip-in-header").TopVia.SentByPort);
        Assert.Equal("::ffff:192.0.2.2", Request("ipv4-mapped-ipv6").Contact?.Uri.Host);
        Assert.Equal("2001:db8::192.0.2.1", Request("ipv6-bug-abnf-3-colons").Uri.Host);
        Assert.True(Request("ipv6-bug-abnf-3-colons").Uri.IsEquivalentTo(Request("ipv6-correct-abnf-2-colons").Uri));
    }

    [Fact]
    [Trait("Req", "SDP1")]
    public void Ipv6_in_sdp_is_read_as_rfc5118_says()
    {
        Assert.Equal("2001:db8::20", Sdp("ipv6-in-sdp").Connection?.Address?.ToString());
        SdpSession both = Sdp("mult-ip-in-sdp");
        Assert.Equal(["192.0.2.1", "2001:db8::1"], both.Media.Select(media => both.ConnectionOf(media)?.Address?.ToString()));
        Assert.Equal("192.0.2.2", Sdp("ipv4-mapped-ipv6").Connection?.Address?.ToString());
    }
}
