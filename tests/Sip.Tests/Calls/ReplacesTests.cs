using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>An INVITE that takes the place of a call of ours (RFC 3891; DLG12).</summary>
[Trait("Req", "DLG12")]
public sealed class ReplacesTests : CallTest
{
    [Theory]
    [InlineData("replaces")]
    [InlineData(null)]
    public void It_is_shown_to_the_application_and_when_accepted_the_old_call_ends_with_BYE(string? require)
    {
        AppCall old = Establish();
        App.OnCall = static _ => { };
        SimulatedPhone target = NewPhone();
        target.Invite(Descriptions.Theirs, invite =>
        {
            Add(invite, ReplacesOf(Phone));
            if (require is not null)
            {
                invite.Headers.Add("Require", require);
            }
        });
        Network.Run(1);
        Assert.Same(old.Call, App.Calls[^1].Call.Replaces);
        Assert.Null(old.End);
        Do(static call => call.Accept(Descriptions.Ours));
        Network.Run(1);
        Assert.Equal(200, target.Final("INVITE").StatusCode);
        Assert.Equal(SipCallEndKind.Replaced, old.End?.Kind);
        Assert.Single(Phone.Requests("BYE"));
        Assert.Null(App.Calls[^1].End);
    }

    [Fact]
    public void Refused_by_the_application_it_leaves_the_old_call()
    {
        AppCall old = Establish();
        App.OnCall = static call => call.Call.Reject(403);
        Assert.Equal(403, Replace(ReplacesOf(Phone)));
        Network.Run(5);
        Assert.Null(old.End);
    }

    [Theory]
    [InlineData("nobody;to-tag=1;from-tag=2", 481)]
    [InlineData("{id};to-tag={from};from-tag={to}", 481)]
    [InlineData("{id};to-tag={to};from-tag={from};early-only", 486)]
    [InlineData("{id};to-tag={to}", 400)]
    [InlineData("{id};from-tag={from}", 400)]
    [InlineData(";to-tag={to};from-tag={from}", 400)]
    [InlineData("", 400)]
    [InlineData("{id};to-tag=\"x;from-tag=", 400)]
    public void One_that_fits_no_call_or_cannot_be_read_is_refused(string replaces, int status)
    {
        AppCall old = Establish();
        Assert.Equal(status, Replace(Fill(replaces)));
        Assert.Single(App.Calls);
        Assert.Null(old.End);
        Assert.Equal([status], App.Refused);
    }

    [Theory]
    [InlineData("Replaces", "other;to-tag=1;from-tag=2")]
    [InlineData("Join", "other;to-tag=1;from-tag=2")]
    public void Two_of_them_or_one_beside_a_Join_get_400(string header, string value)
    {
        Establish();
        SimulatedPhone target = NewPhone();
        target.Invite(Descriptions.Theirs, invite =>
        {
            Add(invite, ReplacesOf(Phone));
            invite.Headers.Add(header, value);
        });
        Network.Run(1);
        Assert.Equal(400, target.Final("INVITE").StatusCode);
    }

    [Fact]
    public void A_call_that_came_in_and_still_rings_gets_481_and_one_that_is_ending_603()
    {
        App.OnCall = static call => call.Call.Ring();
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        Phone.EnterEarlyDialog();
        Assert.Equal(481, Replace(ReplacesOf(Phone)));

        Do(static call => call.Accept(Descriptions.Ours));
        Network.Run(1);
        Phone.Answers.Enqueue(0);
        Do(static call => call.HangUp(SipHangUp.Normal));
        Network.Run(0.1);
        Assert.Equal(603, Replace(ReplacesOf(Phone)));
    }

    [Fact]
    public void A_call_of_ours_that_rings_is_cancelled_when_it_is_replaced()
    {
        SimulatedCallee callee = new(Network);
        AppCall old = Bridge.Call(SimulatedCallee.Address);
        Network.Run(0.1);
        callee.Reply(180);
        Network.Run(0.1);
        Assert.Equal(200, Replace($"{callee.Invite.CallId};to-tag={callee.Invite.From.Tag};from-tag=a;early-only"));
        Assert.Equal(SipCallEndKind.Replaced, old.End?.Kind);
        Assert.Single(callee.Requests("CANCEL"));
    }

    [Fact]
    public void When_the_old_call_ends_meanwhile_the_new_one_goes_on()
    {
        Establish();
        App.OnCall = static _ => { };
        SimulatedPhone target = NewPhone();
        target.Invite(Descriptions.Theirs, invite => Add(invite, ReplacesOf(Phone)));
        Network.Run(0.1);
        Phone.SendInDialog("BYE");
        Network.Run(0.1);
        Do(static call => call.Accept(Descriptions.Ours));
        Network.Run(1);
        Assert.Equal(["confirmed"], App.Calls[^1].Heard);
        Assert.Equal(SipCallEndKind.RemoteHangUp, App.Calls[0].End?.Kind);
    }

    private static void Add(SipRequest invite, string replaces) => invite.Headers.Add("Replaces", replaces);

    private static string ReplacesOf(SimulatedPhone phone) =>
        $"{phone.Dialog!.Id.CallId};from-tag={phone.Dialog.Id.LocalTag};to-tag={phone.Dialog.Id.RemoteTag}";

    private string Fill(string replaces) => replaces
        .Replace("{id}", Phone.CallId, StringComparison.Ordinal)
        .Replace("{to}", Phone.Dialog!.Id.RemoteTag, StringComparison.Ordinal)
        .Replace("{from}", Phone.Tag, StringComparison.Ordinal);

    private int Replace(string replaces)
    {
        SimulatedPhone target = NewPhone();
        target.Invite(Descriptions.Theirs, invite => Add(invite, replaces));
        Network.Run(1);
        return target.Final("INVITE").StatusCode;
    }
}
