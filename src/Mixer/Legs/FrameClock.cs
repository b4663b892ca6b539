using PhoneBridge.Mixer.Loop;

namespace PhoneBridge.Mixer.Legs;

/// <summary>
/// Counts the frames of one leg against the timetable, so that a leg whose phase changes (it joined a conference, perhaps on another
/// loop) neither loses nor doubles one: two frames are 9 to 30 ms apart around the change, and then 20 ms again, or 19 or 21 while
/// the conference moves its tick.
/// </summary>
internal struct FrameClock
{
    // A millisecond more than half a period: what is refused now comes in 21 ms when the tick is put off meanwhile, and is then not yet lost.
    private static readonly TimeSpan Earliest = (TickSchedule.Period / 2) + TickSchedule.SlotLength;

    private TimeSpan _nextDue;
    private bool _runs;

    /// <summary>Says whether a frame would be lost if the next slot of the leg were due at <paramref name="deadline"/>: then one is to be taken before.</summary>
    public readonly bool WouldMissBefore(TimeSpan deadline) => _runs && deadline - _nextDue >= TickSchedule.Period / 2;

    /// <summary>Asks at a slot of the leg whether a frame is due.</summary>
    /// <param name="deadline">The slot's deadline.</param>
    /// <param name="skipped">Frames that the loop was too late for and left out before this one.</param>
    /// <returns>False: the last frame was less than 9 ms ago, under another phase.</returns>
    public bool TryTake(TimeSpan deadline, out int skipped)
    {
        TimeSpan half = TickSchedule.Period / 2;
        TimeSpan late = _runs ? deadline - _nextDue : TimeSpan.Zero;
        skipped = late < half ? 0 : (int)((late + half).Ticks / TickSchedule.Period.Ticks);
        if (late < -Earliest)
        {
            return false;
        }

        _runs = true;
        _nextDue = deadline + TickSchedule.Period;
        return true;
    }
}
