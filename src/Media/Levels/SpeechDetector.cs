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

    // A line that sent digital silence for this long is a new line for the floor. Its first frames tell noise from speech: noise is
    // steady and becomes the floor; speech is not, then the floor is somewhere below. Loud speech is heard before that is known.
    private const int SilentDbov = -90;
    private const int SilentFramesToForget = 10;
    private const int FramesToLearn = 6;
    private const int UnsteadyDb = 6;
    private const double HighestUnknownFloorDbov = -53;
    private const double FloorUnderSpeechDbov = -60;
    private const double UsualRippleDb = 1.2;

    private const double FallPerFrame = 0.3;
    private const double RiseDbPerSecond = 2;

    private readonly TimeSpan _hangOver;
    private readonly double _riseDbPerFrame;
    private double _floorDbov = -55;
    private double _rippleDb = UnknownRippleDb;
    private int _silentFrames = SilentFramesToForget;
    private int _framesToLearn;
    private int _lowestDbov;
    private int _highestDbov;
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
        bool isSound = levelDbov > SilentDbov;
        if (isSound)
        {
            Learn(levelDbov);
        }

        _silentFrames = isSound ? 0 : Math.Min(_silentFrames + 1, SilentFramesToForget);
        double above = levelDbov - _floorDbov;
        double clear = _framesToLearn > 0
            ? MostClearMarginDb
            : Math.Clamp(MarginOfSteadyNoiseDb + (MarginPerRipple * _rippleDb), LeastClearMarginDb, MostClearMarginDb);
        bool isFaint = _framesToLearn == 0 && above >= clear - FaintBelowClearDb;
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
        if (isSound)
        {
            Follow(levelDbov);
        }

        return IsTalking;
    }

    private void Learn(int levelDbov)
    {
        if (_silentFrames >= SilentFramesToForget)
        {
            _framesToLearn = FramesToLearn;
            (_lowestDbov, _highestDbov) = (levelDbov, levelDbov);
            _floorDbov = Math.Clamp(levelDbov, LowestFloorDbov, HighestUnknownFloorDbov);
        }

        if (_framesToLearn == 0)
        {
            return;
        }

        (_lowestDbov, _highestDbov) = (Math.Min(_lowestDbov, levelDbov), Math.Max(_highestDbov, levelDbov));
        _framesToLearn--;
        if (_highestDbov - _lowestDbov > UnsteadyDb)
        {
            _framesToLearn = 0;
            _floorDbov = Math.Clamp(_lowestDbov, LowestFloorDbov, FloorUnderSpeechDbov);
            _rippleDb = Math.Min(_rippleDb, UsualRippleDb);
        }
        else if (_framesToLearn == 0)
        {
            _floorDbov = Math.Clamp(_lowestDbov, LowestFloorDbov, HighestFloorDbov);
        }
    }

    private void Follow(int levelDbov)
    {
        double above = Math.Max(0, levelDbov - _floorDbov);
        if (!IsTalking && _framesToLearn == 0)
        {
            _rippleDb += (above - _rippleDb) * (above > _rippleDb ? RippleUp : RippleDown);
        }

        double floor = levelDbov < _floorDbov
            ? _floorDbov + ((levelDbov - _floorDbov) * FallPerFrame)
            : Math.Min(levelDbov, _floorDbov + _riseDbPerFrame);
        _floorDbov = Math.Clamp(floor, LowestFloorDbov, HighestFloorDbov);
    }
}
