using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Tones;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Prompts;

/// <summary>The sounds that the bridge makes itself. Made once, then shared; any thread.</summary>
public sealed class PromptSounds
{
    private const double ToneDbov = -26;
    private static readonly TimeSpan Fade = TimeSpan.FromMilliseconds(8);

    private readonly PcmClip _error = Notes((311, 150));
    private readonly PcmClip _entry = Notes((523, 90), (784, 130));
    private readonly PcmClip _exit = Notes((784, 90), (523, 130));
    private readonly PcmClip _attention = Notes((659, 120), (659, 120));
    private readonly Lazy<PcmClip> _music = new(WaitingMusic.Compose);

    /// <summary>The sound of a kind.</summary>
    public PcmClip this[PromptSound kind] => kind switch
    {
        PromptSound.Error => _error,
        PromptSound.Entry => _entry,
        PromptSound.Exit => _exit,
        PromptSound.Music => _music.Value,
        _ => _attention,
    };

    /// <summary>Pure notes one after the other, each faded in and out so that nothing clicks.</summary>
    private static PcmClip Notes(params ReadOnlySpan<(int FrequencyHz, int Milliseconds)> notes)
    {
        List<short> samples = [];
        foreach ((int frequencyHz, int milliseconds) in notes)
        {
            short[] note = new short[PromptAudio.Samples(TimeSpan.FromMilliseconds(milliseconds))];
            new ToneGenerator(frequencyHz, ToneDbov, PromptAudio.SampleRateHz).Write(note);
            int fade = PromptAudio.Samples(Fade);
            for (int i = 0; i < fade; i++)
            {
                note[i] = (short)(note[i] * i / fade);
                note[^(i + 1)] = (short)(note[^(i + 1)] * i / fade);
            }

            samples.AddRange(note);
        }

        return new PcmClip(samples.ToArray(), PromptAudio.SampleRateHz);
    }
}
