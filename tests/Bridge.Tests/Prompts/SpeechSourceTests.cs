using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Prompts;
using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Ivr.Speech;

namespace PhoneBridge.Bridge.Tests.Prompts;

public sealed class SpeechSourceTests
{
    private static readonly SpeechRequest Hello = new("Bonjour.", IvrLanguage.French, IsSlow: false);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sentence_said_once_is_read_from_disk_after_a_restart()
    {
        ScriptedEngine engine = ScriptedEngine.Good();
        using PromptBench bench = new(engine.FoundAsync);
        SpeechResult first = await bench.Speech.SayAsync(Hello, mayKeep: true, Cancellation);
        SpeechSource restarted = new(engine.FoundAsync, bench.Folder, bench.Health, TimeProvider.System);
        SpeechResult second = await restarted.SayAsync(Hello, mayKeep: true, Cancellation);
        Assert.Equal(1, engine.Asked);
        Assert.Equal(first.Samples.ToArray(), second.Samples.ToArray());
        Assert.Equal(first.SampleRateHz, second.SampleRateHz);
    }

    [Fact]
    public async Task Another_version_of_the_engine_speaks_anew_and_the_old_files_go()
    {
        ScriptedEngine engine = ScriptedEngine.Good();
        using PromptBench bench = new(engine.FoundAsync);
        await bench.Speech.SayAsync(Hello, mayKeep: true, Cancellation);
        engine.Version = "scripted 2";
        SpeechSource updated = new(engine.FoundAsync, bench.Folder, bench.Health, TimeProvider.System);
        await updated.SayAsync(Hello, mayKeep: true, Cancellation);
        Assert.Equal(2, engine.Asked);
        Assert.Single(Directory.GetDirectories(bench.Folder));
    }

    [Fact]
    public async Task A_broken_file_is_spoken_again_and_replaced()
    {
        ScriptedEngine engine = ScriptedEngine.Good();
        using PromptBench bench = new(engine.FoundAsync);
        await bench.Speech.SayAsync(Hello, mayKeep: true, Cancellation);
        string file = Directory.GetFiles(bench.Folder, "*.wav", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(file, [1, 2, 3], Cancellation);
        Assert.Equal(SpeechOutcome.Spoken, (await bench.Speech.SayAsync(Hello, mayKeep: true, Cancellation)).Outcome);
        Assert.True(new FileInfo(file).Length > 1000);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_costs_only_the_keeping()
    {
        ScriptedEngine engine = ScriptedEngine.Good();
        using PromptBench bench = new();
        SpeechSource source = new(engine.FoundAsync, "/proc/no-such-folder", bench.Health, TimeProvider.System);
        Assert.Equal(SpeechOutcome.Spoken, (await source.SayAsync(Hello, mayKeep: true, Cancellation)).Outcome);
        Assert.Equal(SpeechOutcome.Spoken, (await source.SayAsync(Hello, mayKeep: true, Cancellation)).Outcome);
        Assert.Equal(2, engine.Asked);
    }

    [Fact]
    public async Task An_engine_that_keeps_failing_is_left_alone_then_tried_again()
    {
        bool isIll = true;
        ScriptedEngine engine = new((_, _) => Task.FromResult(isIll ? SpeechResult.Failure(SpeechOutcome.Failed) : ScriptedEngine.Tone));
        FakeTimeProvider time = new();
        using PromptBench bench = new(engine.FoundAsync, time: time);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(SpeechOutcome.Failed, (await bench.Speech.SayAsync(Hello, mayKeep: false, Cancellation)).Outcome);
        }

        Assert.Equal(4, engine.Asked);
        Assert.Equal(HealthState.Degraded, bench.StateOf(OutsideThing.SpeechEngine).State);

        isIll = false;
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(SpeechOutcome.Spoken, (await bench.Speech.SayAsync(Hello, mayKeep: false, Cancellation)).Outcome);
        Assert.Equal(HealthState.Up, bench.StateOf(OutsideThing.SpeechEngine).State);
    }

    [Fact]
    public async Task An_engine_that_hangs_is_given_up_after_4_s()
    {
        TaskCompletionSource asked = new();
        ScriptedEngine engine = new(async (_, token) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return ScriptedEngine.Tone;
        });
        FakeTimeProvider time = new();
        using PromptBench bench = new(engine.FoundAsync, time: time);
        Task<SpeechResult> saying = bench.Speech.SayAsync(Hello, mayKeep: false, Cancellation);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.False(saying.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(SpeechOutcome.TimedOut, (await saying).Outcome);
    }

    [Fact]
    public async Task A_missing_engine_is_told_on_the_health_board_with_the_package_to_install()
    {
        using PromptBench bench = new(PromptBench.FindNoneAsync);
        Assert.False(await bench.Speech.FindAsync());
        HealthEntry entry = bench.StateOf(OutsideThing.SpeechEngine);
        Assert.Equal(HealthState.Down, entry.State);
        Assert.Contains("espeak-ng", entry.Reason, StringComparison.Ordinal);
        Assert.Equal(SpeechOutcome.Unavailable, (await bench.Speech.SayAsync(Hello, mayKeep: true, Cancellation)).Outcome);
    }
}
