using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Disturbances;

/// <summary>Recognises sound that comes from one leg for long and is no speech: tones, hold music, steady noise.</summary>
/// <remarks>
/// <para>Sans-IO and not thread safe: owned by the leg's loop; one call of <see cref="OnFrame"/> for each frame of 20 ms in which the
/// leg is heard. Allocates nothing after construction. Takes any sound, never throws.</para>
/// <para>Made so that speech is not taken for a disturbance; what it is not sure of is none. It misses singing, music with a
/// voice, music that rises and falls by more than 12 dB within 10 s, short beeps far apart, noise that comes and goes, and many people
/// talking at once.</para>
/// </remarks>
public sealed class DisturbanceDetector
{
    // In steps of 80 ms. A tone is sure after 3.2 s, noise after 8 s, music after 10 s.
    private const int ToneSteps = 40;
    private const int NoiseSteps = 100;
    private const int MusicSteps = SoundHistory.Capacity;
    private const int HeldSteps = 38; // 3 s
    private const int StepsBetweenDecisions = 4;

    // Where a short tone begins and ends it is no pure one: those steps are fainter.
    private const int OnlyLoudestDb = 3;

    private readonly TelephoneBand _band;
    private readonly SteadyPartials _partials = new();
    private readonly SoundHistory _history = new();
    private readonly float[] _samples = new float[PowerSpectrum.Length];
    private readonly byte[] _levels = new byte[SoundHistory.FramesPerStep];
    private int _frames;
    private int _steps;
    private int _heldSince;
    private int _ignored;

    /// <summary>Makes a detector that has heard nothing.</summary>
    /// <param name="sampleRateHz">Rate of the frames [Hz]: 8000, 16000 or 48000.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another rate.</exception>
    public DisturbanceDetector(int sampleRateHz = 8000) => _band = new TelephoneBand(sampleRateHz);

    /// <summary>What is heard, as of the last frame.</summary>
    public DisturbanceKind Current { get; private set; }

    /// <summary>Takes the next frame.</summary>
    /// <param name="frame">20 ms of PCM.</param>
    /// <param name="levelDbov">Its level [dBov], -127 to 0; values outside count as the nearest.</param>
    /// <returns><see cref="Current"/>: held until 3 s of something else have come.</returns>
    public DisturbanceKind OnFrame(ReadOnlySpan<short> frame, int levelDbov)
    {
        Span<float> room = stackalloc float[TelephoneBand.MaxConverted];
        while (!frame.IsEmpty)
        {
            int length = Math.Min(frame.Length, _band.MaxFrame);
            Take(_band.Convert(frame[..length], room));
            frame = frame[length..];
        }

        _levels[_frames++] = (byte)-Math.Clamp(levelDbov, -127, 0);
        if (_frames == SoundHistory.FramesPerStep)
        {
            _frames = 0;
            _partials.OnStep(_samples);
            _history.Add(_levels, _partials);
            if (++_steps % StepsBetweenDecisions == 0)
            {
                Decide();
            }
        }

        return Current;
    }

    /// <summary>Never reports a kind again, and takes it back when it is <see cref="Current"/>: somebody decided that it may be heard.</summary>
    public void Ignore(DisturbanceKind kind)
    {
        _ignored |= 1 << (int)kind;
        if (Current == kind)
        {
            Current = DisturbanceKind.None;
        }
    }

    /// <summary>Halves the rate to 4 kHz by the mean of two: what folds down stays as steady, or as restless, as it was, and a high tone stays a tone.</summary>
    private void Take(ReadOnlySpan<float> pcm)
    {
        int count = pcm.Length / 2;
        if (count > _samples.Length)
        {
            pcm = pcm[^(2 * _samples.Length)..];
            count = _samples.Length;
        }

        _samples.AsSpan(count).CopyTo(_samples);
        Span<float> fresh = _samples.AsSpan(_samples.Length - count);
        for (int i = 0; i < fresh.Length; i++)
        {
            fresh[i] = 0.5f * (pcm[2 * i] + pcm[(2 * i) + 1]);
        }
    }

    private void Decide()
    {
        if (Current != DisturbanceKind.None)
        {
            if (++_heldSince * StepsBetweenDecisions >= HeldSteps && !Goes(Current, _history.Sum(HeldSteps)))
            {
                // What was heard before must not count again.
                Current = DisturbanceKind.None;
                _history.Clear();
            }

            return;
        }

        DisturbanceKind kind = Recognise();
        if (kind != DisturbanceKind.None && (_ignored & (1 << (int)kind)) == 0)
        {
            Current = kind;
            _heldSince = 0;
        }
    }

    private DisturbanceKind Recognise()
    {
        if (_history.Count >= ToneSteps && IsTone(_history.Sum(ToneSteps, OnlyLoudestDb), 0.92))
        {
            return DisturbanceKind.Tone;
        }

        if (_history.Count >= NoiseSteps && IsNoise(_history.Sum(NoiseSteps)))
        {
            return DisturbanceKind.Noise;
        }

        return _history.Count >= MusicSteps && IsMusic(_history.Sum(MusicSteps)) ? DisturbanceKind.Music : DisturbanceKind.None;
    }

    private static bool IsTone(in SoundSummary sound, double pureShare) => sound.Active >= ToneSteps * 7 / 20 && sound.PureShare >= pureShare;

    private static bool IsNoise(in SoundSummary sound) =>
        sound.QuietDbov >= -42 && sound.RangeDb <= 6 && sound.Restlessness <= 1.3 && sound.SteadyPeaks < 0.5 && sound.Purity < 0.8;

    // Somebody who speaks over music makes the level rise and fall by more than the music itself does.
    private static bool IsMusic(in SoundSummary sound) =>
        (sound.SteadyPeaks >= 0.85 && sound.RangeDb <= 12 && sound.Active >= MusicSteps * 7 / 10)
        || (sound.Purity >= 0.9 && sound.PauseShare <= 0.25 && sound.Active >= MusicSteps / 2);

    /// <summary>Whether the last 3 s are still of a kind; easier to fulfil than to be recognised.</summary>
    private static bool Goes(DisturbanceKind kind, in SoundSummary sound) => kind switch
    {
        DisturbanceKind.Tone => IsTone(sound, 0.5),
        DisturbanceKind.Noise => sound.QuietDbov >= -46 && sound.RangeDb <= 12 && sound.Restlessness <= 3,
        _ => sound.Active >= 10 && (sound.SteadyPeaks >= 0.4 || sound.Purity >= 0.9),
    };
}
