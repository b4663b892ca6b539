using PhoneBridge.Bridge.Prompts;
using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Media.Levels;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Tests.Prompts;

/// <summary>Every prompt of both languages, with the real recordings and the real espeak-ng: heard, at the right level, and short.</summary>
public sealed class EveryPromptTests(RealVoices real) : IClassFixture<RealVoices>
{
    public static TheoryData<IvrLanguage, PromptId> All
    {
        get
        {
            TheoryData<IvrLanguage, PromptId> all = [];
            foreach (PromptId id in Enum.GetValues<PromptId>())
            {
                all.Add(IvrLanguage.French, id);
                all.Add(IvrLanguage.English, id);
            }

            return all;
        }
    }

    // Profile, section 5.3: at most 8 s each, -20 dBFS RMS within 2 dB. "Level" is that of the speech, pauses left out.
    [Theory]
    [MemberData(nameof(All))]
    public async Task A_prompt_is_heard_at_minus_20_dBov_and_lasts_at_most_8_s(IvrLanguage language, PromptId id)
    {
        string title = new('m', 20);
        Utterance utterance = new(language,
        [
            new Sentence(id)
            {
                Number = 9,
                Text = string.Join(' ', Enumerable.Repeat(title, 8)),           // longer than what is spoken of it
                Digits = id == PromptId.KeyedDigits && Ivr.Dialogues.KeyedPin.TryRead("987654321", out Ivr.Dialogues.KeyedPin pin) ? pin : null,
            },
        ]);
        PcmClip clip = Assert.Single(await real.Bench.Renderer.RenderAsync(utterance, TestContext.Current.CancellationToken));
        Assert.Equal(8000, clip.SampleRateHz);
        double level = LoudnessNormaliser.MeasureActiveDbov(clip.Samples.Span, 8000);
        if (id == PromptId.WaitingMusic)
        {
            Assert.InRange(level, -28, -24);
            Assert.InRange(clip.Length.TotalSeconds, 20, 60);
        }
        else if (id == PromptId.ErrorTone)
        {
            Assert.InRange(level, -30, -20);
            Assert.InRange(clip.Length.TotalSeconds, 0.05, 0.5);
        }
        else
        {
            Assert.InRange(level, -22, -18);
            Assert.InRange(clip.Length.TotalSeconds, 0.5, 8);
        }
    }

    [Theory]
    [InlineData("Conseil d'administration extraordinaire du lycée professionnel de Besançon")]
    [InlineData("999999999 888888888 777777777 666666666 555555555")]
    public async Task A_title_is_over_in_8_s_whatever_it_says(string title)
    {
        PcmClip clip = (await real.Bench.Renderer.RenderAsync(
            PromptBench.Say(IvrLanguage.French, PromptId.JoiningTitle, text: title), TestContext.Current.CancellationToken)).Single();
        Assert.InRange(clip.Length.TotalSeconds, 4, 8);
    }

    [Theory]
    [InlineData(IvrLanguage.French, 21)]
    [InlineData(IvrLanguage.French, 91)]
    [InlineData(IvrLanguage.English, 350)]
    public async Task A_number_is_put_together_without_a_hole_in_the_sentence(IvrLanguage language, int number)
    {
        PcmClip clip = (await real.Bench.Renderer.RenderAsync(
            PromptBench.Say(language, PromptId.ManyOthers, number), TestContext.Current.CancellationToken)).Single();
        Assert.InRange(LongestPauseMs(clip.Samples.Span[..^2000]), 0, 450);
    }

    // The recording goes on with the word for # used in Canada; the cut lies in the pause before it.
    [Fact]
    public async Task The_French_question_for_the_PIN_ends_in_a_pause_of_its_recording()
    {
        PcmClip clip = (await real.Bench.Renderer.RenderAsync(
            Utterance.Of(IvrLanguage.French, PromptId.EnterPin), TestContext.Current.CancellationToken)).Single();
        ReadOnlySpan<short> spoken = clip.Samples.Span[..^2000];
        Assert.InRange(clip.Length.TotalSeconds, 2.3, 2.9);
        Assert.True(AudioLevel.MeasureDbov(spoken[^160..]) < -40, "the sentence is cut in the middle of a word");
    }

    [Fact]
    public async Task The_music_loops_without_a_seam()
    {
        PcmClip music = (await real.Bench.Renderer.RenderAsync(
            Utterance.Of(IvrLanguage.French, PromptId.WaitingMusic), TestContext.Current.CancellationToken)).Single();
        short[] samples = music.Samples.ToArray();
        int largestStep = Enumerable.Range(1, samples.Length - 1).Max(i => Math.Abs(samples[i] - samples[i - 1]));
        Assert.InRange(Math.Abs(samples[0] - samples[^1]), 0, largestStep);
        Assert.True(AudioLevel.MeasureDbov(samples.AsSpan(0, 1600)) > -45, "the loop begins in the middle of the sound");
    }

    private static int LongestPauseMs(ReadOnlySpan<short> pcm)
    {
        int longest = 0;
        int pause = 0;
        for (int at = 0; at + 80 <= pcm.Length; at += 80)
        {
            pause = AudioLevel.MeasureDbov(pcm.Slice(at, 80)) < -45 ? pause + 10 : 0;
            longest = Math.Max(longest, pause);
        }

        return longest;
    }
}
