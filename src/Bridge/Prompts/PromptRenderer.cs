using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Ivr.Speech;
using PhoneBridge.Media.Levels;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Prompts;

/// <summary>Makes utterances audible: one clip a sentence, all at one rate and one loudness. Any thread.</summary>
/// <remarks>
/// A sentence is voiced by the first of its ways that works: recording, speech engine, a recording that comes near, a tone. So
/// a caller always hears something, whatever is missing on the machine.
/// </remarks>
public sealed class PromptRenderer
{
    private const long CacheBytes = 64L * 1024 * 1024;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SlowGap = TimeSpan.FromMilliseconds(700);

    private readonly SentencePlanner _planner = new();
    private readonly PromptSounds _sounds = new();
    private readonly PromptCache _cache = new(CacheBytes);
    private readonly RecordedVoices _voices;
    private readonly SpeechSource _speech;

    /// <summary>Makes a renderer.</summary>
    public PromptRenderer(RecordedVoices voices, SpeechSource speech)
    {
        _voices = voices;
        _speech = speech;
    }

    /// <summary>The clips of an utterance when all of it is in memory: no waiting, fit for the control loop.</summary>
    public bool TryRender(Utterance utterance, out IReadOnlyList<PcmClip> clips)
    {
        List<PcmClip> found = new(utterance.Sentences.Count);
        clips = found;
        foreach (Sentence sentence in utterance.Sentences)
        {
            if (_planner.Catalogue(sentence.Voice ?? utterance.Language)[sentence.Prompt].Sound is { } sound)
            {
                found.Add(_sounds[sound]);
            }
            else if (sentence.Digits is null && _cache.TryGet(PromptKey.Of(sentence, utterance), out PcmClip? clip))
            {
                found.Add(clip!);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The clips of an utterance, one for each sentence, rendered now where that has not been done.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<IReadOnlyList<PcmClip>> RenderAsync(Utterance utterance, CancellationToken cancellation)
    {
        // All at once: sentences of one utterance need not wait for one another.
        Task<PcmClip>[] clips =
        [
            .. utterance.Sentences.Select(sentence => sentence.Digits is null
                ? _cache.GetAsync(PromptKey.Of(sentence, utterance), () => VoiceAsync(sentence, utterance, CancellationToken.None), cancellation)
                : VoiceOnlyAsync(sentence, utterance, cancellation)),
        ];
        return await Task.WhenAll(clips).ConfigureAwait(false);
    }

    private async Task<PcmClip> VoiceOnlyAsync(Sentence sentence, Utterance utterance, CancellationToken cancellation) =>
        (await VoiceAsync(sentence, utterance, cancellation).ConfigureAwait(false)).Clip;

    private async Task<(PcmClip Clip, bool IsKept)> VoiceAsync(Sentence sentence, Utterance utterance, CancellationToken cancellation)
    {
        // What only stands in for an engine that is ill for a moment is not kept; what stands in for one that is not there, is.
        bool isBest = true;
        foreach (SentenceVoicing way in _planner.Plan(sentence, utterance))
        {
            switch (way)
            {
                case SentenceVoicing.Sound sound:
                    return (_sounds[sound.Kind], isBest);
                case SentenceVoicing.Recordings recordings when await _voices.ReadAsync(recordings, cancellation).ConfigureAwait(false) is { } samples:
                    return (Finish(samples, utterance), isBest);
                case SentenceVoicing.Speech speech:
                    SpeechResult said = await _speech.SayAsync(
                        speech.Request, mayKeep: sentence.Text is null && !speech.IsSecret, cancellation).ConfigureAwait(false);
                    if (said.Outcome == SpeechOutcome.Spoken)
                    {
                        short[] spoken = PromptAudio.Resample(said.Samples.Span, said.SampleRateHz);
                        short[] trimmed = PromptAudio.Trim(spoken).ToArray();
                        return (Finish(sentence.Text is null ? trimmed : PromptAudio.Cut(trimmed), utterance), isBest);
                    }

                    isBest &= said.Outcome is not (SpeechOutcome.Busy or SpeechOutcome.TimedOut or SpeechOutcome.Failed);
                    break;
                default:
                    break;                                      // a recording is missing: the next way
            }
        }

        throw new InvalidOperationException($"The plan of {sentence.Prompt} does not end with a sound.");
    }

    private static PcmClip Finish(short[] samples, Utterance utterance)
    {
        LoudnessNormaliser.Normalise(samples, PromptAudio.SampleRateHz, PromptAudio.SpeechDbov);
        int gap = PromptAudio.Samples(utterance.IsSlow ? SlowGap : Gap);
        Array.Resize(ref samples, samples.Length + gap);
        return new PcmClip(samples, PromptAudio.SampleRateHz);
    }
}
