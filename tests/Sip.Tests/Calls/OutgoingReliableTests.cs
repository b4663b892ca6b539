using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>Reliable provisional answers to a call of ours (RFC 3262 §4, RFC 3311, RFC 6337; DLG9, DLG11).</summary>
[Trait("Req", "DLG9")]
public sealed class OutgoingReliableTests : OutgoingCallTest
{
    private static readonly string Other = Descriptions.Theirs.Replace("30000", "31000", StringComparison.Ordinal);

    [Fact]
    public void Each_gets_a_PRACK_in_order_and_repeats_and_those_out_of_order_get_none()
    {
        AppCall call = Dial();
        Answer(180, rseq: 7);
        Answer(180, rseq: 7);
        Answer(183, rseq: 9, sdp: Other);
        Answer(183, rseq: 8, sdp: Descriptions.Theirs);
        Answer(180, "b", rseq: 4_000_000_000);
        SipRequest[] pracks = [.. Callee.Requests("PRACK")];
        Assert.Equal(["7 1 INVITE", "8 1 INVITE", "4000000000 1 INVITE"], pracks.Select(static prack => prack.Headers["RAck"]));
        Assert.Equal(["2 PRACK", "3 PRACK", "2 PRACK"], pracks.Select(static prack => prack.Headers["CSeq"]));
        Assert.Equal(["a", "a", "b"], pracks.Select(static prack => prack.To.Tag));
        Assert.Equal(["sip:a@192.0.2.7:5060", "sip:a@192.0.2.7:5060", "sip:b@192.0.2.7:5060"], pracks.Select(static prack => prack.Uri.ToString()));
        Assert.Equal(["progress", "progress with sound", "progress"], call.Heard);
        Answer(200);
        Assert.Equal(["answer", "confirmed"], call.Heard.Skip(3));
    }

    [Fact]
    [Trait("Req", "DLG11")]
    public void An_answer_in_a_reliable_183_stands_whatever_the_200_says()
    {
        AppCall call = Dial();
        Answer(183, rseq: 1, sdp: Descriptions.Theirs);
        Answer(200, sdp: Other);
        Assert.Equal(Descriptions.Theirs, call.LastAnswer?.ToString());
        Assert.Equal("confirmed", call.Heard[^1]);
    }

    [Fact]
    [Trait("Req", "DLG11")]
    public void After_a_reliable_answer_the_callee_may_change_the_session_by_UPDATE_before_it_answers()
    {
        AppCall call = Dial();
        Answer(183, rseq: 1, sdp: Descriptions.Theirs);
        Callee.Ask("UPDATE", sdp: Other);
        Network.Run(0.05);
        SipResponse ok = Callee.Responses("UPDATE").Single();
        Assert.Equal((200, Descriptions.Ours.ToString()), (ok.StatusCode, System.Text.Encoding.ASCII.GetString(ok.Body.Span)));
        Answer(200);
        Assert.Equal(["progress with sound", "offer", "answer", "confirmed"], call.Heard);
        Assert.Equal(Other, call.LastAnswer?.ToString());
    }

    [Theory]
    [Trait("Req", "DLG4")]
    [InlineData(null)]
    [InlineData("offer")]
    public void Before_our_offer_is_answered_an_UPDATE_may_only_refresh_the_target(string? offer)
    {
        Dial();
        Answer(180, rseq: 1);
        Callee.Ask("UPDATE", sdp: offer is null ? null : Other);
        Network.Run(0.05);
        Assert.Equal(offer is null ? 200 : 491, Callee.Responses("UPDATE").Single().StatusCode);
        Assert.Null(Callee.Responses("UPDATE").Single().Headers["Session-Expires"]);
    }

    [Fact]
    public void A_PRACK_that_fails_or_gets_no_answer_leaves_the_call()
    {
        AppCall call = Dial();
        Callee.Statuses["PRACK"] = 0;
        Answer(180, rseq: 1);
        Network.Run(40);
        Assert.Equal(11, Callee.Requests("PRACK").Count());
        Callee.Statuses["PRACK"] = 481;
        Answer(180, rseq: 2);
        Answer(200, sdp: Descriptions.Theirs);
        Assert.Equal("confirmed", call.Heard[^1]);
    }

    [Fact]
    public void An_answer_that_is_reliable_by_word_only_is_taken_as_a_plain_one()
    {
        AppCall call = Dial();
        Answer(180, change: static response => response.Headers.Add("Require", "100rel"));
        Answer(183, change: static response => response.Headers.Add("RSeq", "5"));
        Assert.Empty(Callee.Requests("PRACK"));
        Assert.Equal(["progress", "progress"], call.Heard);
        Assert.Null(call.End);
    }
}
