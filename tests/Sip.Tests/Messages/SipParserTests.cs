using System.Text;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Tests.Messages;

public sealed class SipParserTests
{
    [Fact]
    public void An_ordinary_invite_is_read_with_all_its_parts()
    {
        SipRequest request = Wire.Request(Wire.Invite);

        Assert.Equal("INVITE", request.Method);
        Assert.Equal("+33170000001", request.Uri.User);
        Assert.True(request.Uri.IsUserPhone);
        Assert.Equal("Anna", request.From.DisplayName);
        Assert.Equal("f1", request.From.Tag);
        Assert.Null(request.To.Tag);
        Assert.Equal(new SipCSeq(314159, "INVITE"), request.CSeq);
        Assert.Equal("a84b4c76e66710@192.0.2.10", request.CallId);
        Assert.Equal(70, request.MaxForwards);
        Assert.Equal("z9hG4bKabc123", request.TopVia.Branch);
        Assert.True(request.TopVia.HasRPort);
        Assert.Null(request.TopVia.RPort);
        Assert.Equal("192.0.2.10", request.Contact?.Uri.Host);
        Assert.Equal("application/sdp", request.ContentType);
        Assert.Equal("v=0\r\n"u8, request.Body.Span);
    }

    [Fact]
    [Trait("Req", "MSG1")]
    public void Compact_names_odd_case_blanks_and_folds_mean_the_same_as_the_plain_form()
    {
        SipRequest request = Wire.Request("""
            OPTIONS sip:bridge.example.com SIP/2.0
            v :SIP/2.0/UDP a.example.com;branch=z9hG4bK1, SIP/2.0/TCP b.example.com
            V: SIP/2.0/UDP c.example.com
            f:	"A, B; <C>" <sip:a@example.com>;tag=1
            TO: <sip:b@example.com>
            i: one
            CSEQ: 1
             OPTIONS
            k: timer,
            	100rel
            SUPPORTED: replaces


            """);

        Assert.Equal(["a.example.com", "b.example.com", "c.example.com"], request.Vias.Select(via => via.SentByHost));
        Assert.Equal("A, B; <C>", request.From.DisplayName);
        Assert.Equal(["timer", "100rel", "replaces"], request.Supported);
        Assert.Equal("timer, 100rel", request.Headers["Supported"]);
    }

    [Theory]
    [Trait("Req", "MSG1")]
    [InlineData("a", "Accept-Contact")]
    [InlineData("b", "Referred-By")]
    [InlineData("c", "Content-Type")]
    [InlineData("d", "Request-Disposition")]
    [InlineData("e", "Content-Encoding")]
    [InlineData("f", "From")]
    [InlineData("i", "Call-ID")]
    [InlineData("j", "Reject-Contact")]
    [InlineData("k", "Supported")]
    [InlineData("l", "Content-Length")]
    [InlineData("m", "Contact")]
    [InlineData("n", "Identity-Info")]
    [InlineData("o", "Event")]
    [InlineData("r", "Refer-To")]
    [InlineData("s", "Subject")]
    [InlineData("t", "To")]
    [InlineData("u", "Allow-Events")]
    [InlineData("v", "Via")]
    [InlineData("x", "Session-Expires")]
    [InlineData("y", "Identity")]
    public void Each_compact_form_folds_onto_its_long_name(string compact, string name)
    {
        Assert.Equal(name, SipHeaderNames.Canonical(compact));
        Assert.Equal(name, SipHeaderNames.Canonical(compact.ToUpperInvariant()));
    }

    [Fact]
    [Trait("Req", "MSG2")]
    public void Unknown_headers_are_kept_as_they_are()
    {
        SipRequest request = Wire.Request(Wire.InviteWith(
            "Max-Forwards: 70\n", "P-Charging-Vector: icid-value=\"unclosed;;,,<\nX-Odd:;;,\"\nMax-Forwards: 70\n"));

        Assert.Equal("icid-value=\"unclosed;;,,<", request.Headers["p-charging-vector"]);
        Assert.Equal([";;,\""], request.Headers.GetAll("x-odd"));
    }

    [Theory]
    [Trait("Req", "MSG3")]
    [InlineData("Call-ID: a84b4c76e66710@192.0.2.10", "Call-ID: other")]
    [InlineData("CSeq: 314159 INVITE", "CSeq: 314160 INVITE")]
    [InlineData("From: \"Anna\" <sip:+33612345678@trunk.example.net>;tag=f1", "From: <sip:x@example.com>;tag=2")]
    [InlineData("To: <sip:+33170000001@bridge.example.com>", "To: <sip:x@example.com>")]
    [InlineData("Max-Forwards: 70", "Max-Forwards: 69")]
    [InlineData("Max-Forwards: 70", "Content-Length: 0\nl: 1")]
    public void Conflicting_repeats_of_single_headers_get_400_and_equal_ones_pass(string line, string conflicting)
    {
        SipParseResult conflict = Wire.Parse(Wire.InviteWith(line, $"{line}\n{conflicting}"));
        Assert.Equal((SipParseFault.RepeatedHeader, 400), (conflict.Error.Fault, conflict.Error.Status));
        Assert.NotNull(conflict.Answerable);

        SipRequest repeated = Wire.Request(Wire.InviteWith(line, $"{line}\n{line}"));
        Assert.Single(repeated.Headers, header => header.Name == line[..line.IndexOf(':', StringComparison.Ordinal)]);
    }

    [Fact]
    [Trait("Req", "MSG5")]
    public void Bytes_behind_content_length_are_ignored_and_without_it_the_body_goes_to_the_end()
    {
        Assert.Equal(5, Wire.Request(Wire.Invite + "INVITE sip:x SIP/2.0\n\n").Body.Length);
        string unsized = Wire.Invite.Replace("Content-Length: 5\n", "", StringComparison.Ordinal);
        Assert.Equal("v=0\r\nrest"u8, Wire.Request(unsized + "rest").Body.Span);
    }

    [Theory]
    [Trait("Req", "MSG5")]
    [InlineData("6")]
    [InlineData("-1")]
    [InlineData("+4")]
    [InlineData("four")]
    [InlineData("")]
    [InlineData("0x4")]
    [InlineData("99999999999999999999")]
    public void A_content_length_that_cannot_be_right_gets_400(string length)
    {
        string text = Wire.Invite.Replace("Content-Length: 5", $"Content-Length: {length}", StringComparison.Ordinal);
        SipParseResult result = Wire.Parse(text);
        Assert.Equal((SipParseFault.ContentLength, 400), (result.Error.Fault, result.Error.Status));
        Assert.NotNull(result.Answerable);
    }

    [Fact]
    [Trait("Req", "MSG5")]
    public void A_large_identity_header_passes_4000_bytes()
    {
        string identity = new('x', 6000);
        SipRequest request = Wire.Request(Wire.InviteWith("Max-Forwards: 70\n", $"Identity: {identity};info=<https://c.example/x>\nMax-Forwards: 70\n"));
        Assert.StartsWith(identity, request.Headers["Identity"], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "MSG6")]
    public void Limits_give_513_and_a_long_uri_414()
    {
        Assert.Equal(513, Wire.Parse(Wire.InviteWith("Max-Forwards: 70\n", $"X: {new string('x', SipLimits.MaxLineBytes)}\nMax-Forwards: 70\n")).Error.Status);
        string many = string.Concat(Enumerable.Repeat("X: y\n", SipLimits.MaxHeaders));
        SipParseResult result = Wire.Parse(Wire.InviteWith("Max-Forwards: 70\n", $"{many}Max-Forwards: 70\n"));
        Assert.Equal((SipParseFault.TooLarge, 513), (result.Error.Fault, result.Error.Status));
        Assert.Equal(414, Wire.Parse(Wire.InviteWith("sip:+33170000001@bridge.example.com;user=phone", $"sip:{new string('1', 5000)}@example.com")).Error.Status);

        SipParseResult huge = SipParser.Parse(Wire.Bytes(Wire.Invite + new string('x', SipLimits.MaxMessageBytes)));
        Assert.Equal((SipParseFault.TooLarge, 513), (huge.Error.Fault, huge.Error.Status));
        Assert.Equal("z9hG4bKabc123", huge.Answerable!.TopVia.Branch);
    }

    [Fact]
    [Trait("Req", "MSG7")]
    public void Text_is_utf8_or_else_latin1_and_nul_shortens_nothing()
    {
        Assert.Equal("Zoé Łukasz 電", Wire.Request(Wire.InviteWith("\"Anna\"", "\"Zoé Łukasz 電\"")).From.DisplayName);

        byte[] latin1 = Encoding.Latin1.GetBytes(Encoding.UTF8.GetString(Wire.Bytes(Wire.InviteWith("\"Anna\"", "\"Zoé\""))));
        Assert.Equal("Zoé", SipParser.Parse(latin1).Message!.From.DisplayName);

        SipRequest nul = Wire.Request(Wire.InviteWith("\"Anna\" <sip:+33612345678", "\"A\\\0B\" <sip:a%00b"));
        Assert.Equal("A\0B", nul.From.DisplayName);
        Assert.Equal("a\0b", nul.From.Uri.User);
    }

    [Theory]
    [Trait("Req", "MSG8")]
    [InlineData("To: <sip:+33170000001@bridge.example.com>", "To: <sip:+33170000001@bridge.example.com>;tag", "To")]
    [InlineData("To: <sip:+33170000001@bridge.example.com>", "To: <sip:+33170000001@bridge.example.com>;x;tag=", "To")]
    [InlineData(";tag=f1", ";tag", "From")]
    [InlineData(";tag=f1", ";tag=\"\"", "From")]
    public void A_tag_without_a_value_gets_400(string old, string replacement, string name)
    {
        SipParseResult result = Wire.Parse(Wire.InviteWith(old, replacement));
        Assert.Equal((SipParseFault.Header, 400, $"Bad {name}"), (result.Error.Fault, result.Error.Status, result.Error.Reason));
    }

    [Theory]
    [Trait("Req", "MSG8")]
    [InlineData("GET / HTTP/1.1\nHost: x\n\n")]
    [InlineData("hello")]
    [InlineData("SIP/2.0\n\n")]
    [InlineData(" INVITE sip:a SIP/2.0\n\n")]
    [InlineData("SIP/2.0 99 x\nVia: SIP/2.0/UDP a;branch=z\n\n")]
    [InlineData("SIP/2.0 700 x\nVia: SIP/2.0/UDP a;branch=z\n\n")]
    [InlineData("ACK sip:a SIP/2.0\nVia: SIP/2.0/UDP a;branch=z\n\n")]
    [InlineData("BYE sip:a SIP/2.0\nVia: SIP/2.0/UDP a:70000;branch=z\n\n")]
    [InlineData("BYE sip:a SIP/2.0\nFrom: <sip:a@b>\n\n")]
    public void What_is_no_request_with_a_way_back_is_dropped(string text)
    {
        SipParseResult result = Wire.Parse(text);
        Assert.Null(result.Message);
        Assert.Null(result.Answerable);
        Assert.NotEqual(SipParseFault.None, result.Error.Fault);
    }

    [Theory]
    [Trait("Req", "MSG8")]
    [InlineData("CSeq: 314159 INVITE", "CSeq: 314159 BYE", SipParseFault.MethodMismatch)]
    [InlineData("CSeq: 314159 INVITE", "CSeq: 4294967296 INVITE", SipParseFault.Header)]
    [InlineData("CSeq: 314159 INVITE", "CSeq: -1 INVITE", SipParseFault.Header)]
    [InlineData("CSeq: 314159 INVITE", "CSeq: INVITE", SipParseFault.Header)]
    [InlineData("Max-Forwards: 70", "Max-Forwards: many", SipParseFault.Header)]
    [InlineData("Max-Forwards: 70", "no colon here", SipParseFault.Header)]
    [InlineData("Max-Forwards: 70", "bad name: 70", SipParseFault.Header)]
    [InlineData("Max-Forwards: 70", "X: a\rb", SipParseFault.Header)]
    [InlineData(";tag=f1", ";;tag=f1", SipParseFault.Header)]
    [InlineData(";tag=f1", ";tag=f 1", SipParseFault.Header)]
    [InlineData(";tag=f1", ">;tag=f1\nTo: <sip:a@b", SipParseFault.RepeatedHeader)]
    [InlineData("\nCall-ID: a84b4c76e66710@192.0.2.10", "", SipParseFault.MissingHeader)]
    [InlineData("\nFrom: \"Anna\" <sip:+33612345678@trunk.example.net>;tag=f1", "", SipParseFault.MissingHeader)]
    [InlineData("Contact: <sip:192.0.2.10:5060>", "Contact: <sip:192.0.2.10:5060", SipParseFault.Header)]
    [InlineData("Max-Forwards: 70", "Record-Route: <sip:a;lr>, nonsense", SipParseFault.Header)]
    [InlineData("Max-Forwards: 70", "Route: *", SipParseFault.Header)]
    [InlineData(";tag=f1", ";a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a", SipParseFault.Header)]
    public void A_malformed_request_is_answerable_with_400(string old, string replacement, SipParseFault fault)
    {
        SipParseResult result = Wire.Parse(Wire.InviteWith(old, replacement));

        Assert.Equal((fault, 400), (result.Error.Fault, result.Error.Status));
        SipResponse answer = SipResponse.For(result.Answerable!, result.Error.Status, result.Error.Reason, toTag: "t");
        Assert.Equal("z9hG4bKabc123", answer.TopVia.Branch);
        Assert.Equal(400, Assert.IsType<SipResponse>(SipParser.Parse(SipWriter.Write(answer)).Message ?? answer).StatusCode);
    }

    [Fact]
    [Trait("Req", "MSG8")]
    public void A_head_that_never_ends_is_refused()
    {
        string text = Wire.InviteWith("Max-Forwards: 70", "Max-Forwards: 70").TrimEnd('\n');
        Assert.Equal((SipParseFault.Header, 400), (Wire.Parse(text).Error.Fault, Wire.Parse(text).Error.Status));
    }

    [Fact]
    public void Line_breaks_alone_are_a_keep_alive()
    {
        Assert.Equal(SipParseFault.Empty, SipParser.Parse("\r\n\r\n"u8).Error.Fault);
        Assert.Equal(SipParseFault.Empty, SipParser.Parse(ReadOnlySpan<byte>.Empty).Error.Fault);
        Assert.NotNull(Wire.Parse("\n\n" + Wire.Invite).Message);
    }

    [Fact]
    public void Nothing_of_the_input_is_kept()
    {
        byte[] datagram = Wire.Bytes(Wire.Invite);
        SipMessage message = SipParser.Parse(datagram).Message!;
        Array.Clear(datagram);
        Assert.Equal("v=0\r\n"u8, message.Body.Span);
    }

    [Fact]
    public void An_ordinary_invite_costs_modest_memory()
    {
        byte[] datagram = Wire.Bytes(Wire.Invite);
        SipParser.Parse(datagram);
        long before = GC.GetAllocatedBytesForCurrentThread();
        SipParser.Parse(datagram);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 8_192);
    }
}
