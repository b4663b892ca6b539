using PhoneBridge.Bridge.Calls;
using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Bridge.Tests.Calls;

public sealed class DialogueRunnerTests
{
    [Fact]
    public async Task An_answer_that_comes_after_the_end_of_the_call_arms_no_deadline_and_does_nothing()
    {
        using ControlLoop loop = new(TimeProvider.System, _ => { });
        loop.Start();
        (int Armed, int After, int Actions) seen = await loop.InvokeAsync(() =>
        {
            int actions = 0;
            DialogueRunner runner = new(new CallDialogue(new IvrOptions(), IvrLanguage.French, null, loop.Now), loop, _ => actions++);
            runner.Arm();
            int armed = loop.Timers;
            runner.Stop();
            runner.Apply(new DialogueInput.Started());
            runner.Arm();
            return Task.FromResult((armed, loop.Timers, actions));
        });
        Assert.Equal((1, 0, 0), seen);
    }
}
