using PhoneBridge.Mixer.Loop;

namespace PhoneBridge.Mixer.Recording;

/// <summary>Numbers the frames of something that is recorded, one after the other although its ticks move within the period, and leaves out what a late loop left out.</summary>
internal struct FrameNumbers
{
    private TimeSpan _last;
    private long _number;
    private bool _runs;

    /// <summary>The number of the frame that is due at a deadline; higher than the one before.</summary>
    public long At(TimeSpan deadline)
    {
        _number = _runs
            ? _number + Math.Max(1, (long)Math.Round((deadline - _last) / TickSchedule.Period))
            : RecordingTap.FrameNumberAt(deadline);
        _runs = true;
        _last = deadline;
        return _number;
    }
}
