using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>Reliable provisional answers of ours to a call that demands them (RFC 3262 §3; DLG9).</summary>
[Trait("Req", "DLG9")]
public sealed class ReliableProvisionalTests : CallTest
{
    public ReliableProvisionalTests() => App.OnCall = static call => call.Call.Ring();

    [Fact]
    public void A_180_is_repeated_doubling_until_its_PRACK()
    {
        string rseq = Ring();
        Network.Run(7.9);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5], Times(180));
        Assert.Equal("100rel", Phone.Responses(180).First().Headers["Require"]);
        Assert.Equal(200, Prack($"{rseq} 1 INVITE").StatusCode);
        Network.Run(40);
        Assert.Equal(5, Phone.Responses(180).Count());
        Do(static call => call.Accept(Descriptions.Ours));
        Network.Run(1);
        Assert.Equal(["confirmed"], App.Only.Heard);
    }

    [Theory]
    [InlineData(1, "1 INVITE")]
    [InlineData(0, "2 INVITE")]
    [InlineData(0, "1 UPDATE")]
    [InlineData(0, "")]
    public void A_PRACK_of_something_else_gets_481(uint off, string rest)
    {
        string rseq = Ring();
        Assert.Equal(481, Prack($"{uint.Parse(rseq, System.Globalization.CultureInfo.InvariantCulture) + off} {rest}").StatusCode);
        Network.Run(1);
        Assert.True(Phone.Responses(180).Count() > 1);
        Assert.Equal(200, Prack($"{rseq} 1 INVITE").StatusCode);
        Assert.Equal(481, Prack($"{rseq} 1 INVITE").StatusCode);
    }

    [Fact]
    public void Without_any_PRACK_the_call_is_refused_after_32_s()
    {
        Ring();
        Network.Run(33);
        Assert.Equal(504, Phone.Final("INVITE").StatusCode);
        Assert.Equal(SipCallEndKind.NoAck, App.Only.End?.Kind);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5], Times(180));
    }

    [Fact]
    public void The_final_answer_ends_the_repeats_and_a_late_PRACK_is_still_good()
    {
        string rseq = Ring();
        Do(static call => call.Accept(Descriptions.Ours));
        Network.Run(5);
        Assert.Single(Phone.Responses(180));
        Assert.Equal(200, Prack($"{rseq} 1 INVITE").StatusCode);
        Assert.Equal(["confirmed"], App.Only.Heard);
    }

    [Theory]
    [InlineData("Supported")]
    [InlineData(null)]
    public void Who_only_knows_them_gets_a_plain_180(string? header)
    {
        Phone.Invite(Descriptions.Theirs, invite => _ = header is null ? 0 : Add(invite, header));
        Network.Run(5);
        SipResponse ringing = Assert.Single(Phone.Responses(180));
        Assert.Equal((null, null), (ringing.Headers["RSeq"], ringing.Headers["Require"]));
    }

    [Fact]
    public void Where_a_reliable_one_would_have_to_bring_our_offer_there_is_none()
    {
        Phone.Invite(null, static invite => invite.Headers.Add("Require", "100rel"));
        Network.Run(1);
        Assert.Empty(Phone.Responses(180));
        Phone.AckBody = Descriptions.Theirs;
        Do(static call => call.Accept(Descriptions.Ours));
        Network.Run(1);
        Assert.Equal(["answer", "confirmed"], App.Only.Heard);
    }

    [Fact]
    public void A_CANCEL_ends_the_repeats()
    {
        Ring();
        Phone.Cancel();
        Network.Run(40);
        Assert.Equal(487, Phone.Final("INVITE").StatusCode);
        Assert.Single(Phone.Responses(180));
    }

    [Fact]
    public void Ringing_again_before_the_PRACK_adds_nothing_and_after_it_the_number_rises_by_one()
    {
        string first = Ring();
        Do(static call => call.Ring());
        Network.Run(0.1);
        Assert.Single(Phone.Responses(180));
        Prack($"{first} 1 INVITE");
        Do(static call => call.Ring());
        Network.Run(0.1);
        Assert.Equal(
            uint.Parse(first, System.Globalization.CultureInfo.InvariantCulture) + 1,
            uint.Parse(Phone.Responses(180).Last().Headers["RSeq"]!, System.Globalization.CultureInfo.InvariantCulture));
    }

    private static int Add(SipRequest invite, string header)
    {
        invite.Headers.Add(header, "100rel");
        return 0;
    }

    private string Ring()
    {
        Phone.Invite(Descriptions.Theirs, static invite => invite.Headers.Add("Require", "100rel"));
        Network.Run(0.1);
        return Phone.Responses(180).First().Headers["RSeq"]!;
    }

    private double[] Times(int status)
    {
        TimeSpan[] at = [.. Phone.Arrived.Where(item => item.Message is SipResponse response && response.StatusCode == status).Select(static item => item.At)];
        return [.. at.Select(time => (time - at[0]).TotalSeconds)];
    }

    private SipResponse Prack(string rack)
    {
        Phone.EnterEarlyDialog();
        Phone.SendInDialog("PRACK", change: prack => prack.Headers.Add("RAck", rack));
        Network.Run(0.1);
        return Phone.Finals.Last(static response => response.CSeq.Method == "PRACK");
    }
}
