using Microsoft.Extensions.Logging.Abstractions;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Prompts;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Bridge.Tests.Prompts;

public sealed class PromptWarmUpTests
{
    [Fact]
    public async Task After_the_start_every_fixed_sentence_is_at_hand_and_the_progress_says_so()
    {
        ScriptedEngine engine = ScriptedEngine.Good();
        using PromptBench bench = new(engine.FoundAsync);
        using PromptWarmUp warmUp = new(
            bench.Renderer, bench.Voices, bench.Speech, bench.Health, TimeProvider.System, NullLogger<PromptWarmUp>.Instance);
        await warmUp.StartAsync(TestContext.Current.CancellationToken);
        await warmUp.ExecuteTask!;
        Assert.Equal(warmUp.Total, warmUp.Done);
        Assert.All(PromptWarmUp.Fixed(), utterance => Assert.True(bench.Renderer.TryRender(utterance, out _)));
        Assert.Equal(HealthState.Up, bench.StateOf(OutsideThing.RecordedVoices).State);
        Assert.Equal(HealthState.Up, bench.StateOf(OutsideThing.SpeechEngine).State);
    }

    [Fact]
    public async Task Missing_recordings_are_told_with_the_packages_to_install()
    {
        using PromptBench bench = new(ScriptedEngine.Good().FoundAsync, voices: "/no/such/folder");
        using PromptWarmUp warmUp = new(
            bench.Renderer, bench.Voices, bench.Speech, bench.Health, TimeProvider.System, NullLogger<PromptWarmUp>.Instance);
        await warmUp.StartAsync(TestContext.Current.CancellationToken);
        await warmUp.ExecuteTask!;
        HealthEntry entry = bench.StateOf(OutsideThing.RecordedVoices);
        Assert.Equal(HealthState.Degraded, entry.State);
        Assert.Contains("asterisk-core-sounds-fr-wav", entry.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_in_the_middle_ends_after_the_sentence_under_way()
    {
        TaskCompletionSource asked = new();
        TaskCompletionSource gate = new();
        ScriptedEngine engine = new(async (_, _) =>
        {
            asked.TrySetResult();
            await gate.Task;
            return ScriptedEngine.Tone;
        });
        using PromptBench bench = new(engine.FoundAsync);
        using PromptWarmUp warmUp = new(
            bench.Renderer, bench.Voices, bench.Speech, bench.Health, TimeProvider.System, NullLogger<PromptWarmUp>.Instance);
        await warmUp.StartAsync(TestContext.Current.CancellationToken);
        await asked.Task;
        Task stopping = warmUp.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(stopping.IsCompleted);
        gate.SetResult();
        await stopping;
        Assert.InRange(warmUp.Done, 1, warmUp.Total - 1);
        Assert.Equal(1, engine.Asked);
    }

    [Fact]
    public async Task The_host_brings_the_prompts_with_it()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync();
        Utterance greeting = Utterance.Of(IvrLanguage.French, PromptId.Welcome, PromptId.EnterPin);
        Assert.Equal(2, (await bridge.Get<PromptRenderer>().RenderAsync(greeting, TestContext.Current.CancellationToken)).Count);
        Assert.StartsWith(bridge.Folder, Directory.GetFiles(Path.Combine(bridge.Folder, "prompts"), "*.wav", SearchOption.AllDirectories)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_greeting_and_the_menus_are_among_the_fixed_sentences()
    {
        HashSet<(IvrLanguage, PromptId)> ready = [.. PromptWarmUp.Fixed().Select(utterance => (utterance.Language, utterance.Sentences[0].Prompt))];
        PromptId[] open = [PromptId.JoiningTitle, PromptId.TitleAlone, PromptId.OwnWelcome, PromptId.InvitedToTitle, PromptId.KeyedDigits];
        Assert.Equal(2 * (Enum.GetValues<PromptId>().Length - open.Length), ready.Count);
    }
}
