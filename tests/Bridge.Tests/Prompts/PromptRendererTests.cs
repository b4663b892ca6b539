using PhoneBridge.Bridge.Prompts;
using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Ivr.Speech;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Tests.Prompts;

public sealed class PromptRendererTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_utterance_is_one_clip_a_sentence_and_the_second_time_it_is_at_hand()
    {
        ScriptedEngine engine = ScriptedEngine.Good();
        using PromptBench bench = new(engine.FoundAsync);
        Utterance utterance = Utterance.Of(IvrLanguage.French, PromptId.YouLeave, PromptId.Goodbye, PromptId.ErrorTone);
        Assert.False(bench.Renderer.TryRender(utterance, out _));
        IReadOnlyList<PcmClip> rendered = await bench.Renderer.RenderAsync(utterance, Cancellation);
        Assert.Equal(3, rendered.Count);
        Assert.True(bench.Renderer.TryRender(utterance, out IReadOnlyList<PcmClip> kept));
        Assert.Equal(rendered, kept);
        Assert.Equal(1, engine.Asked);
    }

    [Fact]
    public async Task A_hundred_callers_who_enter_a_room_at_once_cost_one_rendering_of_its_title()
    {
        TaskCompletionSource gate = new();
        ScriptedEngine engine = new(async (_, _) =>
        {
            await gate.Task;
            return ScriptedEngine.Tone;
        });
        using PromptBench bench = new(engine.FoundAsync);
        Utterance title = PromptBench.Say(IvrLanguage.French, PromptId.JoiningTitle, text: "Conseil");
        Task<IReadOnlyList<PcmClip>>[] callers = [.. Enumerable.Range(0, 100).Select(_ => bench.Renderer.RenderAsync(title, Cancellation))];
        gate.SetResult();
        await Task.WhenAll(callers);
        Assert.Equal(1, engine.Asked);
    }

    [Fact]
    public async Task A_caller_who_hangs_up_does_not_stop_the_rendering_for_the_others()
    {
        TaskCompletionSource gate = new();
        ScriptedEngine engine = new(async (_, token) =>
        {
            await gate.Task.WaitAsync(token);
            return ScriptedEngine.Tone;
        });
        using PromptBench bench = new(engine.FoundAsync);
        using CancellationTokenSource hungUp = new();
        Utterance title = PromptBench.Say(IvrLanguage.French, PromptId.JoiningTitle, text: "Conseil");
        Task<IReadOnlyList<PcmClip>> first = bench.Renderer.RenderAsync(title, hungUp.Token);
        Task<IReadOnlyList<PcmClip>> second = bench.Renderer.RenderAsync(title, Cancellation);
        await hungUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        Assert.Single(await second);
    }

    [Fact]
    public async Task Without_an_engine_recordings_that_come_near_and_tones_carry_the_dialogue()
    {
        using PromptBench bench = new(PromptBench.FindNoneAsync);
        foreach (IvrLanguage language in Enum.GetValues<IvrLanguage>())
        {
            Utterance all = new(language, [.. Enum.GetValues<PromptId>().Select(id => new Sentence(id) { Number = 2, Text = "Conseil" })]);
            Assert.All(await bench.Renderer.RenderAsync(all, Cancellation), clip => Assert.True(clip.Samples.Length > 400));
        }

        Utterance wrong = Utterance.Of(IvrLanguage.French, PromptId.PinWrong);
        Assert.True((await bench.Renderer.RenderAsync(wrong, Cancellation)).Single().Length > TimeSpan.FromSeconds(1));
        Assert.True(bench.Renderer.TryRender(wrong, out _));                // as good as it gets here, so it is kept
    }

    [Fact]
    public async Task Without_recordings_the_engine_says_everything()
    {
        ScriptedEngine engine = ScriptedEngine.Good();
        using PromptBench bench = new(engine.FoundAsync, voices: "/no/such/folder");
        await bench.Renderer.RenderAsync(Utterance.Of(IvrLanguage.French, PromptId.EnterPin, PromptId.Goodbye), Cancellation);
        Assert.Equal(2, engine.Asked);
        Assert.Equal(["asterisk-core-sounds-fr-wav", "asterisk-core-sounds-en-wav"], bench.Voices.MissingPackages());
    }

    [Fact]
    public async Task What_stands_in_for_an_engine_that_is_ill_is_not_kept()
    {
        bool isIll = true;
        ScriptedEngine engine = new((_, _) => Task.FromResult(isIll ? SpeechResult.Failure(SpeechOutcome.Failed) : ScriptedEngine.Tone));
        using PromptBench bench = new(engine.FoundAsync);
        Utterance louder = Utterance.Of(IvrLanguage.French, PromptId.Louder);
        PcmClip tone = (await bench.Renderer.RenderAsync(louder, Cancellation)).Single();
        isIll = false;
        PcmClip words = (await bench.Renderer.RenderAsync(louder, Cancellation)).Single();
        Assert.True(words.Length > tone.Length);
    }

    [Fact]
    public async Task Slow_is_rendered_apart_with_longer_pauses()
    {
        using PromptBench bench = new();
        Utterance normal = Utterance.Of(IvrLanguage.French, PromptId.EnterPin);
        PcmClip first = (await bench.Renderer.RenderAsync(normal, Cancellation)).Single();
        PcmClip slow = (await bench.Renderer.RenderAsync(normal with { IsSlow = true }, Cancellation)).Single();
        Assert.NotSame(first, slow);
    }

    // T20: what a caller keyed stays in no memory and in no file.
    [Fact]
    public async Task Keyed_digits_are_kept_nowhere()
    {
        using PromptBench bench = new();
        KeyedPin.TryRead("314159265", out KeyedPin pin);
        Utterance readBack = new(IvrLanguage.French, [new Sentence(PromptId.KeyedDigits) { Digits = pin }]);
        await bench.Renderer.RenderAsync(readBack, Cancellation);
        await bench.Renderer.RenderAsync(readBack with { IsSlow = true }, Cancellation);
        Assert.False(bench.Renderer.TryRender(readBack, out _));
        Assert.Empty(FilesIn(bench.Folder));
    }

    [Fact]
    public async Task A_title_is_not_written_to_disk_and_a_fixed_sentence_is()
    {
        using PromptBench bench = new();
        await bench.Renderer.RenderAsync(PromptBench.Say(IvrLanguage.French, PromptId.JoiningTitle, text: "Conseil de madame Martin"), Cancellation);
        Assert.Empty(FilesIn(bench.Folder));
        await bench.Renderer.RenderAsync(Utterance.Of(IvrLanguage.French, PromptId.Welcome), Cancellation);
        Assert.Single(FilesIn(bench.Folder));
    }

    private static string[] FilesIn(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
}
