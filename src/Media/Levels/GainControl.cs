using System.Runtime.CompilerServices;

namespace PhoneBridge.Media.Levels;

/// <summary>Draws the loudness of one talker towards a common one, slowly, and never the noise between the words.</summary>
/// <remarks>
/// The gain moves while speech is present only: at most 3 dB a second down and 1.5 up, but 2.5 up until it has found the talker's
/// gain for the first time. In pauses it stands still, except that it comes down when the noise of the line would rise above its
/// ceiling. It runs in a straight line through each frame, and a <see cref="Limiter"/> takes what would be cut off. At 0 dB samples
/// pass unchanged to the bit. Not thread safe: one for each talker, owned by the leg's loop; allocates nothing.
/// </remarks>
public sealed class GainControl
{
    private const int FrameMs = 20;
    private const double DownDbPerFrame = 3.0 * FrameMs / 1000;
    private const double UpDbPerFrame = 1.5 * FrameMs / 1000;
    private const double FirstUpDbPerFrame = 2.5 * FrameMs / 1000;

    // The gain leaves its place when it is off by the first, and rests when it is within the second: a settled talker stays settled.
    private const double DisturbedDb = 2;
    private const double SettledDb = 0.5;

    // Loudness is a mean over about a second of spoken frames; those far below are pauses inside speech, or the detector's hang-over.
    private const double FramesOfMemory = 50;
    private const int FramesBeforeFirstMove = 10;
    private const double PauseBelowLoudnessDb = 16;
    private const double GateFallDbPerFrame = 6.0 * FrameMs / 1000;

    private const double UnknownNoiseDbov = -75;
    private const int LowestNoiseDbov = -100; // digital silence says nothing about the line
    private const double NoiseShare = 0.05;
    private const int MaxFrame = 960;

    private readonly GainControlOptions _options;
    private readonly Limiter _limiter = new();
    private double _power;
    private double _spokenFrames;
    private double _gateDbov = AudioLevel.SilenceDbov;
    private double _noiseDbov = UnknownNoiseDbov;
    private double _noiseFrames;
    private float _factor = 1;
    private bool _isMoving;
    private bool _hasSettled;

    /// <summary>Makes a control at 0 dB.</summary>
    /// <param name="options">What it aims at; null for the values of telephone lines.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lowest gain above 0 or under -40 dB, the highest under 0 or over 30 dB.</exception>
    public GainControl(GainControlOptions? options = null)
    {
        options ??= new GainControlOptions();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.LowestGainDb, 0, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LowestGainDb, -40, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.HighestGainDb, 0, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.HighestGainDb, 30, nameof(options));
        _options = options;
    }

    /// <summary>Gain at the end of the last frame [dB], without the limiter's part.</summary>
    public double GainDb { get; private set; }

    /// <summary>Loudness of the talker before the gain [dBov]; <see cref="AudioLevel.SilenceDbov"/> before anything was said.</summary>
    public double LoudnessDbov => _power <= 0 ? AudioLevel.SilenceDbov : 10 * Math.Log10(_power);

    /// <summary>Back to 0 dB for another talker.</summary>
    public void Reset()
    {
        _limiter.Reset();
        (_power, _spokenFrames, _gateDbov) = (0, 0, AudioLevel.SilenceDbov);
        (_noiseDbov, _noiseFrames) = (UnknownNoiseDbov, 0);
        (GainDb, _factor, _isMoving, _hasSettled) = (0, 1, false, false);
    }

    /// <summary>Takes the next frame and applies the gain to it.</summary>
    /// <param name="frame">20 ms at any rate up to 48 kHz, a multiple of 8 samples, changed in place.</param>
    /// <param name="levelDbov">Its level as <see cref="AudioLevel"/> measures it.</param>
    /// <param name="isSpeech">What the <see cref="SpeechDetector"/> says of it.</param>
    /// <exception cref="ArgumentException">A frame of another length.</exception>
    public void Process(Span<short> frame, int levelDbov, bool isSpeech)
    {
        if (frame.Length > MaxFrame)
        {
            throw new ArgumentException("A frame has at most 960 samples.", nameof(frame));
        }

        if (isSpeech)
        {
            Hear(levelDbov);
        }
        else if (levelDbov > LowestNoiseDbov)
        {
            _noiseDbov += (levelDbov - _noiseDbov) * Math.Max(NoiseShare, 1 / ++_noiseFrames);
        }

        double before = GainDb;
        Move(isSpeech);
        Apply(frame, GainDb == before ? _factor : (float)Math.Pow(10, GainDb / 20));
    }

    private void Hear(int levelDbov)
    {
        if (levelDbov < _gateDbov)
        {
            // Somebody else took the phone, or moved away from it: the gate comes down to him in a second or three.
            _gateDbov -= GateFallDbPerFrame;
            return;
        }

        double share = Math.Max(1 / FramesOfMemory, 1 / ++_spokenFrames);
        _power += (Math.Pow(10, levelDbov / 10.0) - _power) * share;
        _gateDbov = LoudnessDbov - PauseBelowLoudnessDb;
    }

    private void Move(bool isSpeech)
    {
        double noiseLimit = Math.Max(0, _options.NoiseCeilingDbov - _noiseDbov);
        double highest = Math.Min(_options.HighestGainDb, noiseLimit);
        if (!isSpeech || _spokenFrames < FramesBeforeFirstMove)
        {
            GainDb = Math.Max(Math.Min(GainDb, highest), GainDb - DownDbPerFrame);
            return;
        }

        double wanted = Math.Clamp(_options.TargetDbov - LoudnessDbov, _options.LowestGainDb, highest);
        double off = wanted - GainDb;
        _isMoving = Math.Abs(off) > (_isMoving ? SettledDb : DisturbedDb);
        _hasSettled |= !_isMoving;
        if (_isMoving)
        {
            double up = _hasSettled ? UpDbPerFrame : FirstUpDbPerFrame;
            GainDb += Math.Clamp(off, -DownDbPerFrame, up);
        }
    }

    [SkipLocalsInit]
    private void Apply(Span<short> frame, float factor)
    {
        float before = _factor;
        _factor = factor;
        if (before == 1 && factor == 1 && !_limiter.IsActive)
        {
            return;
        }

        Span<int> amplified = stackalloc int[MaxFrame];
        amplified = amplified[..frame.Length];
        float step = (factor - before) / Math.Max(1, frame.Length);
        LevelKernels.Amplify(frame, new GainLine(before + step, step), amplified);
        _limiter.Process(amplified, frame);
    }
}
