namespace PhoneBridge.Mixer.Loop;

/// <summary>
/// Spreads legs over the loops and the 20 phases of each, by the number of legs that are there: a tick then never sends a burst, and
/// no loop works while another sleeps. A conference keeps the phase it was given at its first leg.
/// </summary>
/// <remarks>Not thread safe: the engine asks under its routing lock. Never touched by a media thread.</remarks>
internal sealed class PhasePlan(int loops)
{
    private readonly int[] _legs = new int[loops * TickSchedule.SlotsPerPeriod];
    private int _next;

    /// <summary>Where something new should live: the phase with the fewest legs on the loop with the fewest legs.</summary>
    public Phase Lightest()
    {
        int loop = 0, fewest = int.MaxValue;
        for (int candidate = 0; candidate < loops; candidate++)
        {
            int sum = 0;
            foreach (int count in Slots(candidate))
            {
                sum += count;
            }

            if (sum < fewest)
            {
                (loop, fewest) = (candidate, sum);
            }
        }

        return LightestOf(loop);
    }

    /// <summary>The phase with the fewest legs on one loop. Ties go round, so that conferences that are still empty do not share a phase.</summary>
    public Phase LightestOf(int loop)
    {
        Span<int> slots = Slots(loop);
        int best = _next;
        for (int i = 0; i < slots.Length; i++)
        {
            int slot = (_next + i) % slots.Length;
            if (slots[slot] < slots[best])
            {
                best = slot;
            }
        }

        _next = (best + 7) % slots.Length;      // 7 and 20 share no factor: every slot has its turn, neighbours late
        return new Phase(loop, best);
    }

    /// <summary>One leg more at a phase.</summary>
    public void Add(Phase phase) => Slots(phase.Loop)[phase.Slot]++;

    /// <summary>One leg less at a phase.</summary>
    public void Remove(Phase phase) => Slots(phase.Loop)[phase.Slot]--;

    private Span<int> Slots(int loop) => _legs.AsSpan(loop * TickSchedule.SlotsPerPeriod, TickSchedule.SlotsPerPeriod);
}

/// <summary>Where something is ticked.</summary>
/// <param name="Loop">Index of the loop.</param>
/// <param name="Slot">Phase in the period; 0 to 19.</param>
internal readonly record struct Phase(int Loop, int Slot);
