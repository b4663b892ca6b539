using PhoneBridge.Mixer.Loop;

namespace PhoneBridge.Mixer.Conferences;

/// <summary>
/// Moves a conference's tick to just after its talkers' packets arrive: their voices then wait for the tick a few milliseconds
/// instead of ten on average.
/// </summary>
/// <remarks>
/// A fading histogram of when, within the period, packets of talkers arrive. For each of the 20 slots it gives what a packet
/// would wait on average; the conference walks towards the best slot, one millisecond a step: a step each tick while nobody talks, and one in 200 ms
/// while somebody does, because an earlier tick takes a packet's time away that the jitter buffer has to win back first.
/// Owned by the conference's loop.
/// </remarks>
internal struct ConferencePhase
{
    // From arrival to the tick: room for a little jitter, and more than the jitter buffer wants to see before it adds a delay.
    private const double MarginMs = 2;

    // What must be won to move at all.
    private const double WorthMs = 1;

    private const float KeptPerLook = 0.9f;
    private const int TicksPerLook = 10;
    private const float LeastEvidence = 5;

    private Arrivals _arrivals;
    private float _evidence;
    private int _ticks;

    /// <summary>A talker's packet arrived.</summary>
    /// <param name="early">How long before the deadline of this tick.</param>
    /// <param name="slot">The slot of this tick.</param>
    public void OnArrival(TimeSpan early, int slot)
    {
        int phase = (int)Math.Floor(slot - early.TotalMilliseconds) % TickSchedule.SlotsPerPeriod;
        _arrivals[phase < 0 ? phase + TickSchedule.SlotsPerPeriod : phase]++;
        _evidence++;
    }

    /// <summary>Ends a tick.</summary>
    /// <param name="slot">The conference's slot.</param>
    /// <param name="isQuiet">Nobody was heard in it.</param>
    /// <returns>-1, 0 or 1: where the next tick should be, against this one's slot.</returns>
    public int Step(int slot, bool isQuiet)
    {
        if (++_ticks < TicksPerLook && !isQuiet)
        {
            return 0;
        }

        if (_ticks >= TicksPerLook)
        {
            _ticks = 0;
            Fade();
        }

        return _evidence < LeastEvidence ? 0 : Direction(slot);
    }

    private void Fade()
    {
        if (_evidence < LeastEvidence)
        {
            return;     // what is known of silent talkers stays known
        }

        _evidence *= KeptPerLook;
        for (int i = 0; i < TickSchedule.SlotsPerPeriod; i++)
        {
            _arrivals[i] *= KeptPerLook;
        }
    }

    private readonly int Direction(int slot)
    {
        int best = slot;
        double least = AverageWait(slot) - WorthMs;
        for (int candidate = 0; candidate < TickSchedule.SlotsPerPeriod; candidate++)
        {
            double wait = AverageWait(candidate);
            if (wait < least)
            {
                (best, least) = (candidate, wait);
            }
        }

        int ahead = (best - slot + TickSchedule.SlotsPerPeriod) % TickSchedule.SlotsPerPeriod;
        return ahead == 0 ? 0 : ahead <= TickSchedule.SlotsPerPeriod / 2 ? 1 : -1;
    }

    private readonly double AverageWait(int slot)
    {
        double sum = 0;
        for (int phase = 0; phase < TickSchedule.SlotsPerPeriod; phase++)
        {
            // A packet counted at a phase arrived up to 1 ms after it.
            double wait = slot - phase - 1 - MarginMs;
            wait += wait < 0 ? TickSchedule.SlotsPerPeriod : 0;
            wait += wait < 0 ? TickSchedule.SlotsPerPeriod : 0;
            sum += _arrivals[phase] * wait;
        }

        return sum / _evidence;
    }

    [System.Runtime.CompilerServices.InlineArray(TickSchedule.SlotsPerPeriod)]
    private struct Arrivals
    {
        private float _first;
    }
}
