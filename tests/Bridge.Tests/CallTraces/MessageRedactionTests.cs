using System.Text;
using PhoneBridge.Bridge.CallTraces;

namespace PhoneBridge.Bridge.Tests.CallTraces;

/// <summary>What is shown of a message, and what is not.</summary>
[Trait("Req", "LADDER")]
public sealed class MessageRedactionTests
{
    private const string Start =
        """
        INVITE sip:123456789@bridge.example.net:5060;transport=udp;secret=1 SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.10:5070;branch=z9hG4bK-0612345621-x;rport;x=y
        Max-Forwards: 70
        From: "Alice 0612345621" <sip:+33612345621@carrier.example;user=phone>;tag=33612345621-7
        To: <sip:123456789@bridge.example.net>
        Call-ID: 33612345621-abc@192.0.2.10
        CSeq: 1 INVITE
        """;

    [Fact]
    public void An_INVITE_shows_its_signalling_and_hides_who_calls_and_the_PIN()
    {
        string text = Messages.Redact(Messages.Read(
            Start + """

            Contact: <sip:0612345621@192.0.2.10:5070;ob>;+sip.instance="<urn:uuid:1>"
            P-Asserted-Identity: <tel:+33612345621>, "Alice" <sip:alice@carrier.example>
            Diversion: <sip:0033145678912@carrier.example>;reason=user-busy;counter=1
            History-Info: <sip:+33145678912@carrier.example?Reason=SIP%3Bcause%3D302>;index=1.1
            Privacy: id;strange
            Supported: timer, x-secret, 100rel
            Allow: INVITE, BYE, STRANGE
            Session-Expires: 1800;refresher=uac
            User-Agent: SBC-9000/1.2
            Reason: Q.850;cause=16;text="Alice hung up"
            Identity: eyJhbGciOi;info=<https://cert.example/x>
            Geolocation: <cid:alice@home>
            X-Caller: 0612345621
            Content-Type: application/sdp
            """,
            "v=0\r\no=0612345621 20518 1 IN IP4 192.0.2.10\r\ns=Alice\r\ni=0612345621\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"
            + "m=audio 20000 RTP/SAVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=fmtp:101 0-15\r\n"
            + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\na=crypto:2 inline:abcdefgh\r\n"
            + "a=fingerprint:sha-256 AA:BB\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\na=x-alice:1\r\na=sendrecv\r\n"));
        Assert.Equal(
            """
            INVITE sip:•••@bridge.example.net:5060;transport=udp;… SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.10:5070;branch=z9hG4bK-••••••••••-x;rport;…
            Max-Forwards: 70
            From: "•••" <sip:+33 6 •• •• •• 21@carrier.example;user=phone>;tag=•••••••••••-7
            To: <sip:•••@bridge.example.net>
            Call-ID: •••••••••••-abc@192.0.2.10
            CSeq: 1 INVITE
            Contact: <sip:06 •• •• •• 21@192.0.2.10:5070;ob>;…
            P-Asserted-Identity: <tel:+33 6 •• •• •• 21>, "•••" <sip:•••@carrier.example>
            Diversion: <sip:00 • •• •• •• •• 12@carrier.example>;reason=user-busy;counter=1
            History-Info: <sip:+33 1 •• •• •• 12@carrier.example?…>;index=1.1
            Privacy: id;•••
            Supported: timer, •••, 100rel
            Allow: INVITE, BYE, •••
            Session-Expires: 1800;refresher=uac
            User-Agent: SBC-9000/1.2
            Reason: Q.850;cause=16;text="•••"
            Identity: •••
            Geolocation: •••
            (other): •••
            Content-Type: application/sdp
            Content-Length: 461

            v=0
            o=••• 20518 1 IN IP4 192.0.2.10
            s=•••
            i=•••
            c=IN IP4 192.0.2.10
            t=0 0
            m=audio 20000 RTP/SAVP 8 101
            a=rtpmap:8 PCMA/8000
            a=fmtp:101 0-15
            a=crypto:1 AES_CM_128_HMAC_SHA1_80 •••
            a=crypto:2 ••• •••
            a=fingerprint:sha-256 •••
            a=ice-pwd:•••
            a=•••:•••
            a=sendrecv

            """.ReplaceLineEndings("\n"),
            System.Text.RegularExpressions.Regex.Replace(text, "Content-Length: \\d+", "Content-Length: 461"));
    }

    [Theory]
    [InlineData("Authorization", "Digest username=\"alice\", realm=\"carrier\", nonce=\"a1\", uri=\"sip:x\", response=\"ff\", algorithm=MD5, cnonce=\"c\", qop=auth, nc=00000001, opaque=\"o\", odd=\"1\"",
        "Digest username=•••, realm=\"carrier\", nonce=•••, uri=•••, response=•••, algorithm=MD5, cnonce=•••, qop=auth, nc=•••, opaque=•••, •••=•••")]
    [InlineData("Proxy-Authorization", "Basic YWxpY2U6c2VjcmV0", "Basic •••")]
    [InlineData("WWW-Authenticate", "Digest realm=\"a, b\", nonce=\"n\", stale=TRUE", "Digest realm=\"a, b\", nonce=•••, stale=TRUE")]
    [InlineData("Proxy-Authenticate", "Own secret=\"1\"", "••• •••")]
    [InlineData("Warning", "399 host \"Alice\"", "399 •••")]
    [InlineData("Retry-After", "30 (Alice)", "•••")]
    [InlineData("Content-Disposition", "session;handling=optional", "session;…")]
    public void Of_these_only_the_known_part_is_shown(string name, string value, string expected) =>
        Assert.Contains($"\n{name}: {expected}\n", Messages.Redact(Messages.Request("c", more: $"{name}: {value}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("123456789")]
    [InlineData("+123456789")]
    [InlineData("12345678")]
    [InlineData("1234567890%23")]
    [InlineData("alice.smith")]
    [InlineData("33612345621")]
    public void A_user_part_that_may_be_a_PIN_or_a_name_is_hidden_whole(string user) => Assert.Contains(
        "Referred-By: <sip:•••@h>\n", Messages.Redact(Messages.Request("c", more: $"Referred-By: <sip:{user}@h>")), StringComparison.Ordinal);

    [Fact]
    public void The_phrase_of_an_answer_is_the_usual_one_whatever_was_sent()
    {
        SeenMessage answer = Messages.Read("SIP/2.0 486 Alice is in her bath\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\nFrom: <sip:a@b>;tag=1\nTo: <sip:c@d>;tag=2\nCall-ID: c\nCSeq: 1 BYE");
        Assert.Equal("486 Busy Here (BYE)", MessageRedaction.Redact(answer, new HiddenDigits()).Label);
        Assert.StartsWith("SIP/2.0 486 Busy Here\n", Messages.Redact(answer), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_by_INFO_and_the_parts_of_a_body_beside_the_SDP_are_not_shown()
    {
        string info = Messages.Redact(Messages.Read(Start.Replace("INVITE", "INFO", StringComparison.Ordinal) + "\nContent-Type: application/dtmf-relay", "Signal=7\r\nDuration=160\r\n"));
        Assert.EndsWith("\n\n(24 bytes, not shown)\n", info, StringComparison.Ordinal);
        string mixed = Messages.Redact(Messages.Read(
            Start + "\nContent-Type: multipart/mixed;boundary=b",
            "--b\r\nContent-Type: application/isup\r\n\r\nAlice\r\n--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--b--\r\n"));
        Assert.EndsWith("bytes, only the SDP is shown)\nv=0\n", mixed, StringComparison.Ordinal);
        Assert.DoesNotContain("Alice", mixed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_message_is_cut_at_a_line_and_says_so()
    {
        SeenMessage message = Messages.Request("c", more: string.Join('\n', Enumerable.Range(0, 90).Select(i => $"Route: <sip:proxy{i}.a-rather-long-name.example.net;lr>")));
        byte[] text = MessageRedaction.Redact(message, new HiddenDigits()).Text;
        Assert.InRange(text.Length, 3900, MessageRedaction.LongestText);
        Assert.Matches("\\(… [0-9]+ more lines\\)\n$", Encoding.UTF8.GetString(text));
    }

    [Fact]
    public void What_one_message_hides_the_next_one_of_the_call_does_not_show()
    {
        HiddenDigits hidden = new();
        MessageRedaction.Redact(Messages.Read(Start), hidden);
        string bye = Encoding.UTF8.GetString(MessageRedaction.Redact(Messages.Request("33612345621-abc", "BYE"), hidden).Text);
        Assert.Contains("Call-ID: •••••••••••-abc\n", bye, StringComparison.Ordinal);
    }
}
