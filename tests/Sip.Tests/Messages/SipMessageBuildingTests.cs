using System.Text;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Tests.Messages;

public sealed class SipMessageBuildingTests
{
    [Fact]
    public void A_response_copies_what_the_rfc_says()
    {
        SipRequest request = Wire.Request(Wire.InviteWith("Max-Forwards: 70\n", "Via: SIP/2.0/TCP p.example.com;branch=z9hG4bK2\nRecord-Route: <sip:p.example.com;lr>, <sip:q.example.com;lr>\nTimestamp: 54\nMax-Forwards: 70\n"));

        SipResponse trying = SipResponse.For(request, 100, toTag: "t1");
        Assert.Equal(["Via", "Via", "From", "To", "Call-ID", "CSeq", "Timestamp"], trying.Headers.Select(header => header.Name));
        Assert.Null(trying.To.Tag);

        SipResponse ok = SipResponse.For(request, 200, toTag: "t1");
        Assert.Equal(("OK", "t1"), (ok.ReasonPhrase, ok.To.Tag));
        Assert.Equal(2, ok.RecordRoutes.Count);
        Assert.Equal(request.Vias, ok.Vias);
        Assert.Equal(request.From, ok.From);
        Assert.Equal(request.CSeq, ok.CSeq);

        SipResponse busy = SipResponse.For(request, 486, "Busy");
        Assert.False(busy.Headers.Contains("Record-Route"));
        Assert.Equal("Busy", busy.ReasonPhrase);
        Assert.Null(busy.To.Tag);
    }

    [Fact]
    public void A_to_tag_that_is_there_stays()
    {
        SipRequest request = Wire.Request(Wire.InviteWith("To: <sip:+33170000001@bridge.example.com>", "To: <sip:+33170000001@bridge.example.com>;tag=old"));
        Assert.Equal("old", SipResponse.For(request, 200, toTag: "new").To.Tag);
    }

    [Fact]
    public void Content_length_is_the_bodys_whatever_the_headers_say()
    {
        SipRequest request = new("INFO", new SipUri { Scheme = "sip", Host = "x" });
        request.Headers.Add("l", "99");
        request.SetBody("text/plain", "é"u8.ToArray());
        Assert.Equal("INFO sip:x SIP/2.0\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\né", Encoding.UTF8.GetString(SipWriter.Write(request)));
    }

    [Fact]
    public void Typed_views_follow_the_headers()
    {
        SipRequest request = Wire.Request(Wire.Invite);
        Assert.Equal("f1", request.From.Tag);
        request.Headers.Set("From", "<sip:x@y>;tag=f2");
        Assert.Equal("f2", request.From.Tag);
        request.Headers.AddFirst("Via", "SIP/2.0/UDP new.example.com;branch=z9hG4bKn");
        Assert.Equal(["new.example.com", "192.0.2.10"], request.Vias.Select(via => via.SentByHost));
        request.Headers.Remove("Contact");
        Assert.Null(request.Contact);
        Assert.Throws<InvalidOperationException>(() => new SipResponse(200).CSeq);
    }

    [Fact]
    [Trait("Req", "TRA2")]
    public void The_top_via_is_replaced_without_touching_the_others()
    {
        SipRequest request = Wire.Request(Wire.InviteWith("branch=z9hG4bKabc123;rport", "branch=z9hG4bKabc123;rport , SIP/2.0/TCP b.example.com"));
        SipVia stamped = request.TopVia.WithReceived("203.0.113.5", 40000);
        Assert.True(request.Headers.ReplaceFirst("Via", stamped.ToString()));
        Assert.Equal(("203.0.113.5", 40000), (request.TopVia.Received, request.TopVia.RPort));
        Assert.Equal("b.example.com", request.Vias[1].SentByHost);
        Assert.Equal("SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKabc123;rport=40000;received=203.0.113.5", stamped.ToString());

        Assert.True(SipVia.TryParse("SIP/2.0/UDP a", out SipVia plain));
        Assert.Equal("SIP/2.0/UDP a;received=::1", plain.WithReceived("::1", 1).ToString());
    }

    [Fact]
    public void Our_own_text_cannot_start_a_new_line()
    {
        SipHeaders headers = new();
        Assert.Throws<ArgumentException>(() => headers.Add("X", "a\r\nEvil: b"));
        Assert.Throws<ArgumentException>(() => headers.Add("X: a", "b"));
        Assert.Throws<ArgumentException>(() => new SipResponse(200, "OK\r\nEvil: b"));
        Assert.Throws<ArgumentException>(() => new SipRequest("IN VITE", SipUri.Unusable));
        Assert.Throws<ArgumentException>(() => SipParameters.Empty.With("a", "b\nc"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SipResponse(700));
    }

    [Fact]
    public void Logs_of_a_message_name_no_caller()
    {
        SipRequest request = Wire.Request(Wire.Invite);
        Assert.Equal("INVITE 314159 INVITE", request.ToString());
        Assert.Equal("180 314159 INVITE", SipResponse.For(request, 180).ToString());
    }
}
