using Microsoft.Extensions.Logging;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Sip.Calls;

namespace PhoneBridge.Bridge.Tests.Calls;

public sealed class CallEndTests
{
    [Fact]
    public void Every_end_of_a_dialogue_is_an_end_of_the_call_and_none_is_a_fault_of_ours()
    {
        foreach (DialogueEnd end in Enum.GetValues<DialogueEnd>())
        {
            Assert.NotEqual(CallEnd.Fault, CallEnds.From(end));
        }
    }

    [Theory]
    [Trait("Req", "TRX6")]
    [InlineData(SipCallEndKind.Refused, 486, CallEnd.CalleeBusy)]
    [InlineData(SipCallEndKind.Refused, 600, CallEnd.CalleeBusy)]
    [InlineData(SipCallEndKind.Refused, 480, CallEnd.NotAnswered)]
    [InlineData(SipCallEndKind.Refused, 603, CallEnd.NotPutThrough)]
    [InlineData(SipCallEndKind.Refused, 302, CallEnd.NotPutThrough)]
    [InlineData(SipCallEndKind.NotAnswered, 0, CallEnd.NotAnswered)]
    [InlineData(SipCallEndKind.TransportFailed, 0, CallEnd.SignallingFailed)]
    [InlineData(SipCallEndKind.RemoteHangUp, 0, CallEnd.CallerHungUp)]
    public void What_became_of_a_call_of_ours_follows_from_the_final_answer(SipCallEndKind kind, int status, CallEnd end) =>
        Assert.Equal(end, CallEnds.From(new SipCallEnd(kind) { Status = status }, isOutgoing: true));

    [Fact]
    public void Every_end_of_the_signalling_is_known_and_an_incoming_call_that_we_forget_is_our_fault()
    {
        Assert.Equal(CallEnd.Fault, CallEnds.From(new SipCallEnd(SipCallEndKind.NotAnswered), isOutgoing: false));
        Assert.Equal(CallEnd.CallerHungUp, CallEnds.From(new SipCallEnd(SipCallEndKind.Replaced), isOutgoing: false));
    }

    [Fact]
    public void Only_a_fault_of_ours_is_logged_as_an_error() =>
        Assert.Equal([CallEnd.Fault], Enum.GetValues<CallEnd>().Where(end => end.Level() >= LogLevel.Error));
}
