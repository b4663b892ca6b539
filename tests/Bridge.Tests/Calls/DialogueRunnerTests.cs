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

    [Fact]
    [Trait("Req", "DLG7")]
    public async Task No_time_out_of_the_dialogue_runs_while_the_caller_has_us_on_hold()
    {
        // Every call of the loop for the time moves it on, so that the hold below lasts for hours of it.
        using ControlLoop loop = new(new HurriedTime(), _ => { });
        loop.Start();
        (int Held, bool Ended, int Resumed) seen = await loop.InvokeAsync(() =>
        {
            bool ended = false;
            IvrOptions options = new() { MediaTimeout = TimeSpan.FromHours(1) };
            DialogueRunner runner = new(new CallDialogue(options, IvrLanguage.French, null, loop.Now), loop, a => ended |= a is DialogueAction.HangUp);
            runner.IsHeld = true;
            int held = loop.Timers;
            while (loop.Now < TimeSpan.FromHours(3))
            {
            }

            runner.Apply(new DialogueInput.TimePassed());
            runner.IsHeld = false;
            return Task.FromResult((held, ended, loop.Timers));
        });
        Assert.Equal((0, false, 1), seen);
    }

    private sealed class HurriedTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _now, TimeSpan.TicksPerSecond);
    }
}
