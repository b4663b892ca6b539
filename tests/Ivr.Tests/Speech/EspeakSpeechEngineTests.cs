using System.Runtime.Versioning;
using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Ivr.Speech;

namespace PhoneBridge.Ivr.Tests.Speech;

/// <summary>The real program espeak-ng (Debian package espeak-ng), and programs that behave badly in its place.</summary>
[SupportedOSPlatform("linux")]
public sealed class EspeakSpeechEngineTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(IvrLanguage.French, "Pour couper votre micro, tapez étoile 6.")]
    [InlineData(IvrLanguage.English, "To close your microphone, press star 6.")]
    public async Task It_speaks(IvrLanguage language, string text)
    {
        using EspeakSpeechEngine engine = await FindAsync();
        SpeechResult result = await engine.SynthesizeAsync(new SpeechRequest(text, language, IsSlow: false), Cancellation);
        Assert.Equal(SpeechOutcome.Spoken, result.Outcome);
        Assert.Equal(22050, result.SampleRateHz);
        Assert.InRange(result.Samples.Length / 22050.0, 1.5, 5);
        Assert.True(result.Samples.ToArray().Max(Math.Abs) > 5000);
    }

    [Fact]
    public async Task Slow_speech_is_slower()
    {
        using EspeakSpeechEngine engine = await FindAsync();
        SpeechRequest request = new("Pour quitter la réunion, tapez étoile 8.", IvrLanguage.French, IsSlow: false);
        SpeechResult normal = await engine.SynthesizeAsync(request, Cancellation);
        SpeechResult slow = await engine.SynthesizeAsync(request with { IsSlow = true }, Cancellation);
        Assert.True(slow.Samples.Length > 1.2 * normal.Samples.Length);
    }

    [Fact]
    public async Task The_version_names_program_and_voices()
    {
        using EspeakSpeechEngine engine = await FindAsync();
        Assert.Matches("^eSpeak NG.* fr-fr en-gb 145 105$", engine.Version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("☃ <> [[]] …")]
    [InlineData("...")]
    public async Task A_text_without_a_word_is_not_given_to_the_program(string text)
    {
        using EspeakSpeechEngine engine = await FindAsync();
        Assert.Equal(SpeechOutcome.NothingToSay, (await engine.SynthesizeAsync(new SpeechRequest(text, IvrLanguage.French, false), Cancellation)).Outcome);
    }

    // T21: nothing of a title is ever run, interpreted or written anywhere.
    [Fact]
    public async Task A_hostile_title_is_data()
    {
        string trap = Path.Combine(Path.GetTempPath(), $"trap-{Guid.NewGuid():N}");
        string[] titles =
        [
            $"$(touch {trap})", $"`touch {trap}`", $"; touch {trap} #", $"-w {trap}", $"--phonout={trap}", $"a\n-w {trap}\n",
            "<speak><audio src=\"file:///etc/passwd\"/></speak>", "[[h@l'oU]]", "\0\u202E\u200B bonjour", new string('x', 100_000), "\uD800\uDC00\uD800",
        ];
        using EspeakSpeechEngine engine = await FindAsync();
        foreach (string title in titles)
        {
            SpeechResult result = await engine.SynthesizeAsync(new SpeechRequest(title, IvrLanguage.French, IsSlow: false), Cancellation);
            Assert.True(result.Outcome is SpeechOutcome.Spoken or SpeechOutcome.NothingToSay or SpeechOutcome.TooLong, title[..Math.Min(40, title.Length)]);
        }

        Assert.False(File.Exists(trap));
    }

    [Fact]
    public async Task A_missing_program_makes_an_engine_that_says_so_and_throws_nothing()
    {
        using EspeakSpeechEngine engine = await FindAsync(new EspeakOptions { Program = "no-such-speech-engine" });
        Assert.Null(engine.Version);
        Assert.Equal(SpeechOutcome.Unavailable, (await engine.SynthesizeAsync(new SpeechRequest("Bonjour", IvrLanguage.French, false), Cancellation)).Outcome);
    }

    [Theory]
    [InlineData("cat > /dev/null; exec sleep 60", SpeechOutcome.TimedOut)]
    [InlineData("cat > /dev/null; yes", SpeechOutcome.TooLong)]
    [InlineData("cat > /dev/null; exit 3", SpeechOutcome.Failed)]
    [InlineData("cat > /dev/null; echo not a wave file at all, by no means", SpeechOutcome.Failed)]
    [InlineData("exec 0<&-; exit 0", SpeechOutcome.Failed)]
    [InlineData("cat > /dev/null; head -c 300000 /dev/zero >&2; exit 1", SpeechOutcome.Failed)]
    public async Task A_program_that_behaves_badly_costs_no_more_than_the_prompt(string behaviour, SpeechOutcome outcome)
    {
        string program = await WriteProgramAsync(behaviour);
        try
        {
            EspeakOptions options = new() { Program = program, Timeout = TimeSpan.FromSeconds(2), MaxOutputBytes = 100_000 };
            using EspeakSpeechEngine engine = await FindAsync(options);
            Assert.NotNull(engine.Version);
            Assert.Equal(outcome, (await engine.SynthesizeAsync(new SpeechRequest("Bonjour", IvrLanguage.French, false), Cancellation)).Outcome);
        }
        finally
        {
            File.Delete(program);
        }
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_told_by_cancellation()
    {
        using EspeakSpeechEngine engine = await FindAsync();
        using CancellationTokenSource given = new();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => engine.SynthesizeAsync(new SpeechRequest("Bonjour", IvrLanguage.French, false), given.Token));
    }

    [Fact]
    public async Task Many_texts_at_once_all_get_spoken()
    {
        using EspeakSpeechEngine engine = await FindAsync();
        SpeechResult[] results = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(i => engine.SynthesizeAsync(new SpeechRequest($"Bonjour {i}", IvrLanguage.French, false), Cancellation)));
        Assert.All(results, result => Assert.Equal(SpeechOutcome.Spoken, result.Outcome));
    }

    [Fact]
    public async Task When_no_turn_comes_in_time_the_engine_is_busy_not_ill()
    {
        string program = await WriteProgramAsync("cat > /dev/null; exec sleep 60");
        try
        {
            EspeakOptions options = new() { Program = program, Timeout = TimeSpan.FromSeconds(2), Concurrency = 1, TurnTimeout = TimeSpan.FromSeconds(0.2) };
            using EspeakSpeechEngine engine = await FindAsync(options);
            SpeechRequest request = new("Bonjour", IvrLanguage.French, false);
            Task<SpeechResult> first = engine.SynthesizeAsync(request, Cancellation);
            Assert.Equal(SpeechOutcome.Busy, (await engine.SynthesizeAsync(request, Cancellation)).Outcome);
            Assert.Equal(SpeechOutcome.TimedOut, (await first).Outcome);
        }
        finally
        {
            File.Delete(program);
        }
    }

    private static async Task<string> WriteProgramAsync(string behaviour)
    {
        string program = Path.Combine(Path.GetTempPath(), $"engine-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\n[ \"$1\" = --version ] && {{ echo test 1; exit 0; }}\n{behaviour}\n", Cancellation);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return program;
    }

    private static Task<EspeakSpeechEngine> FindAsync(EspeakOptions? options = null) =>
        EspeakSpeechEngine.FindAsync(options ?? new EspeakOptions(), TimeProvider.System, Cancellation);
}
