using Microsoft.Extensions.Logging;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Ivr.Dialogues;

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

    [Fact]
    public void Only_a_fault_of_ours_is_logged_as_an_error() =>
        Assert.Equal([CallEnd.Fault], Enum.GetValues<CallEnd>().Where(end => end.Level() >= LogLevel.Error));
}
