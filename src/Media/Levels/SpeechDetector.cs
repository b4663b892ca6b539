namespace PhoneBridge.Media.Levels;

/// <summary>Says whether somebody talks: level against a noise floor that follows the line, quick to begin, slow to end.</summary>
/// <remarks>Not thread safe: owned by the leg's loop. Made for one call to <see cref="OnFrame"/> a frame; allocates nothing.</remarks>
public sealed class SpeechDetector
{
    /// <summary>The floor never leaves this range: quiet lines are not made sensitive to every hiss, loud steady sound stays "talking".</summary>
    private const double LowestFloorDbov = -65;
    private const double HighestFloorDbov = -45;

    // A level this far above the floor begins talking at once; one nearer by the last, with the frame before it.
    // Unsteady noise widens the margin.
    private const double LeastClearMarginDb = 6.5;
    private const double MostClearMarginDb = 12;
    private const double FaintBelowClearDb = 2.5;

    // How far the frames of the noise itself stand above the floor, followed quickly up and slowly down.
    private const double UnknownRippleDb = 3;
    private const double RippleUp = 0.1;
    private const double RippleDown = 0.03;
    private const double MarginPerRipple = 2;
    private const double MarginOfSteadyNoiseDb = 5;

    // A line that sent digital silence for this long is a new line for the floor: what comes next was not there before.
    private const int SilentDbov = -90;
    private const int SilentFramesToForget = 10;

    private const double FallPerFrame = 0.3;
    private const double RiseDbPerSecond = 2;

    private readonly TimeSpan _hangOver;
    private readonly double _riseDbPerFrame;
    private double _floorDbov = -55;
    private double _rippleDb = UnknownRippleDb;
    private int _silentFrames = SilentFramesToForget;
    private bool _wasFaint;
    private TimeSpan _lastSpeech = TimeSpan.MinValue;

    /// <summary>Makes a detector that says nobody talks.</summary>
    /// <param name="hangOver">How long talking lasts after the last loud frame; 400 to 600 ms joins the words of a sentence; null for 500 ms.</param>
    /// <param name="frameMs">Length of a frame [ms].</param>
    public SpeechDetector(TimeSpan? hangOver = null, int frameMs = 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameMs);
        _hangOver = hangOver ?? TimeSpan.FromMilliseconds(500);
        _riseDbPerFrame = RiseDbPerSecond * frameMs / 1000;
    }

    /// <summary>Whether somebody talks, as of the last frame.</summary>
    public bool IsTalking { get; private set; }

    /// <summary>Noise floor in use [dBov].</summary>
    public double NoiseFloorDbov => _floorDbov;

    /// <summary>Takes the level of the next frame.</summary>
    /// <param name="levelDbov">As <see cref="AudioLevel"/> measures it, -127 to 0; -127 for a frame of silence.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns><see cref="IsTalking"/>.</returns>
    public bool OnFrame(int levelDbov, TimeSpan now)
    {
        if (levelDbov > SilentDbov)
        {
            if (_silentFrames >= SilentFramesToForget)
            {
                _floorDbov = Math.Clamp(levelDbov, LowestFloorDbov, HighestFloorDbov);
            }

            _silentFrames = 0;
        }
        else
        {
            _silentFrames = Math.Min(_silentFrames + 1, SilentFramesToForget);
        }

        double above = levelDbov - _floorDbov;
        double clear = Math.Clamp(MarginOfSteadyNoiseDb + (MarginPerRipple * _rippleDb), LeastClearMarginDb, MostClearMarginDb);
        bool isFaint = above >= clear - FaintBelowClearDb;
        if (above >= clear || (isFaint && (_wasFaint || IsTalking)))
        {
            IsTalking = true;
            _lastSpeech = now;
        }
        else if (IsTalking && now - _lastSpeech > _hangOver)
        {
            IsTalking = false;
        }

        _wasFaint = isFaint;
        if (_silentFrames == 0)
        {
            Follow(levelDbov);
        }

        return IsTalking;
    }

    private void Follow(int levelDbov)
    {
        double above = Math.Max(0, levelDbov - _floorDbov);
        if (!IsTalking)
        {
            _rippleDb += (above - _rippleDb) * (above > _rippleDb ? RippleUp : RippleDown);
        }

        double floor = levelDbov < _floorDbov
            ? _floorDbov + ((levelDbov - _floorDbov) * FallPerFrame)
            : Math.Min(levelDbov, _floorDbov + _riseDbPerFrame);
        _floorDbov = Math.Clamp(floor, LowestFloorDbov, HighestFloorDbov);
    }
}
