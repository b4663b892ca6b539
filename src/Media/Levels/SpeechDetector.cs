namespace PhoneBridge.Media.Levels;

/// <summary>Says whether somebody talks: level against a noise floor that follows the line, quick to begin, slow to end.</summary>
/// <remarks>Not thread safe: owned by the leg's loop. Made for one call to <see cref="OnFrame"/> a frame; allocates nothing.</remarks>
public sealed class SpeechDetector
{
    /// <summary>The floor never leaves this range: quiet lines are not made sensitive to every hiss, loud steady sound stays "talking".</summary>
    private const double LowestFloorDbov = -65;
    private const double HighestFloorDbov = -45;

    // A level this far above the floor begins talking at once; less far, with the frame before it.
    private const double ClearMarginDb = 12;
    private const double FaintMarginDb = 8;

    private const double FallPerFrame = 0.3;
    private const double RiseDbPerSecond = 2;

    private readonly TimeSpan _hangOver;
    private readonly double _riseDbPerFrame;
    private double _floorDbov = -55;
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
        double above = levelDbov - _floorDbov;
        bool isFaint = above >= FaintMarginDb;
        if (above >= ClearMarginDb || (isFaint && (_wasFaint || IsTalking)))
        {
            IsTalking = true;
            _lastSpeech = now;
        }
        else if (IsTalking && now - _lastSpeech > _hangOver)
        {
            IsTalking = false;
        }

        _wasFaint = isFaint;
        Follow(levelDbov);
        return IsTalking;
    }

    private void Follow(int levelDbov)
    {
        double floor = levelDbov < _floorDbov
            ? _floorDbov + ((levelDbov - _floorDbov) * FallPerFrame)
            : Math.Min(levelDbov, _floorDbov + _riseDbPerFrame);
        _floorDbov = Math.Clamp(floor, LowestFloorDbov, HighestFloorDbov);
    }
}
