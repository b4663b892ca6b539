namespace PhoneBridge.Mixer.Loop;

/// <summary>
/// The timetable of the media path: slots of 1 ms at origin + n ms, twenty of them to a 20 ms period. Says how late a slot is and
/// whether it is run, caught up or skipped. Pure: times in, answers out.
/// </summary>
/// <remarks>All loops of an engine share one origin, so a slot number names the same moment on each of them.</remarks>
internal readonly struct TickSchedule(TimeSpan origin)
{
    /// <summary>Slots in one period.</summary>
    public const int SlotsPerPeriod = 20;

    /// <summary>Ticks that a slot may be late and still be caught up.</summary>
    public const int CatchUpTicks = 2;

    /// <summary>Length of a slot.</summary>
    public static readonly TimeSpan SlotLength = TimeSpan.FromMilliseconds(1);

    /// <summary>Length of a period, the tick of a conference.</summary>
    public static readonly TimeSpan Period = SlotsPerPeriod * SlotLength;

    /// <summary>When a slot is due.</summary>
    public TimeSpan DeadlineOf(long slot) => origin + (slot * SlotLength);

    /// <summary>The first slot that is not yet due at a time.</summary>
    public long NextSlotAt(TimeSpan now) => Math.Max(0, (now - origin).Ticks / SlotLength.Ticks + 1);

    /// <summary>
    /// How many whole periods a slot must be moved on so that no more than <see cref="CatchUpTicks"/> remain to be caught up;
    /// 0 for a slot that is in time or can be caught up. Whole periods, so that every phase loses the same number of ticks.
    /// </summary>
    public long PeriodsToSkip(long slot, TimeSpan now)
    {
        TimeSpan excess = now - DeadlineOf(slot) - (CatchUpTicks * Period);
        return excess <= TimeSpan.Zero ? 0 : ((excess.Ticks - 1) / Period.Ticks) + 1;
    }

    /// <summary>The phase of a slot in its period; 0 to 19.</summary>
    public static int PhaseOf(long slot) => (int)(slot % SlotsPerPeriod);
}
