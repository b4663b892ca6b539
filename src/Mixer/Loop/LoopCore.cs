using System.Runtime.InteropServices;
using PhoneBridge.Mixer.Conferences;
using PhoneBridge.Mixer.Legs;

namespace PhoneBridge.Mixer.Loop;

/// <summary>
/// Everything that one media loop does, without its thread and clock: it owns legs and conferences, each at a phase of the period,
/// obeys messages and runs slots. Owned by one thread.
/// </summary>
/// <remarks>
/// A leg belongs to one loop at a time. When it moves, its commands go to the new loop at once and wait there until the old loop,
/// having obeyed everything that came before, lets the leg go: commands keep their order and no tick sees a leg twice.
/// </remarks>
internal sealed class LoopCore(LoopInbox inbox, EventOutlet events, LoopCounters counters)
{
    // From one loop to the next, as long as both keep their time.
    private const int SlotsOfHandOver = 2;

    private readonly LoopSlot[] _slots = [.. Enumerable.Range(0, TickSchedule.SlotsPerPeriod).Select(_ => new LoopSlot())];
    private MessageList _waiting;
    private TickTime _time;
    private int _phase;

    /// <summary>Buffers of this loop, shared by all its legs.</summary>
    public LoopScratch Scratch { get; } = new();

    /// <summary>Where events go.</summary>
    public EventOutlet Events { get; } = events;

    /// <summary>What this loop has done.</summary>
    public LoopCounters Counters { get; } = counters;

    /// <summary>The time of the turn that is being done.</summary>
    public TimeSpan Now => _time.Now;

    /// <summary>Legs that this loop owns.</summary>
    public int Legs { get; private set; }

    /// <summary>Obeys every message that has come; before each <see cref="RunSlot"/>, with the same slot.</summary>
    public void ObeyMessages(long slot, in TickTime time)
    {
        _phase = TickSchedule.PhaseOf(slot);
        _time = time;
        LoopMessage? message = inbox.TakeAll();
        while (message is not null)
        {
            LoopMessage? next = MessageList.Split(message);
            Obey(message);
            message = next;
        }
    }

    /// <summary>Ticks what lives at a slot.</summary>
    public void RunSlot(long slot, in TickTime time)
    {
        LoopSlot content = _slots[TickSchedule.PhaseOf(slot)];
        for (int i = 0; i < content.Conferences.Count;)
        {
            ConferenceMixer? next = i + 1 < content.Conferences.Count ? content.Conferences[i + 1] : null;
            i += TickOrShift(content.Conferences[i], next, time) ? 1 : 0;
        }

        foreach (LegStream leg in CollectionsMarshal.AsSpan(content.LoneLegs))
        {
            leg.TickAlone(time, this);
        }

        Events.Flush();
    }

    /// <summary>Takes a leg over and obeys the commands that waited for it.</summary>
    public void Adopt(LegStream leg, int slot)
    {
        leg.Owner = this;
        leg.Slot = slot;
        TickBeforePhase(leg, slot);
        Legs++;
        AddAlone(leg);

        LoopMessage? message = _waiting.TakeAll();
        while (message is not null)
        {
            LoopMessage? next = MessageList.Split(message);
            Obey(message);          // waits on when it is for another leg, or when this one has been let go again meanwhile
            message = next;
        }
    }

    /// <summary>Lets a leg go that is to live on another loop: nothing of this loop knows it afterwards.</summary>
    public void Release(LegStream leg)
    {
        // The other loop looks at the phase that the leg goes to; here only what would be overdue when it arrives there.
        TickBefore(leg, _time.Deadline + (SlotsOfHandOver * TickSchedule.SlotLength));
        Forget(leg);
    }

    /// <summary>Takes a leg out of this loop.</summary>
    public void Forget(LegStream leg)
    {
        Detach(leg);
        leg.Owner = null;
        Legs--;
    }

    /// <summary>Puts a leg that this loop owns into a conference.</summary>
    public void Join(LegStream leg, ConferenceMixer conference)
    {
        if (leg.Conference == conference)
        {
            return;
        }

        TickBeforePhase(leg, conference.Slot, putOff: Math.Max(0, conference.Shift));
        Detach(leg);
        leg.Slot = conference.Slot;
        if (conference.IsEmpty)
        {
            _slots[conference.Slot].Conferences.Add(conference);
        }

        conference.Add(leg);
    }

    /// <summary>Takes a leg out of its conference; it lives on at the same phase.</summary>
    public void Leave(LegStream leg)
    {
        if (leg.Conference is not null)
        {
            Detach(leg);
            AddAlone(leg);
        }
    }

    /// <summary>Obeys one message, or keeps it until its leg is adopted.</summary>
    public void Obey(LoopMessage message)
    {
        if (message is AdoptLeg || message.Leg is not { } leg || leg.Owner == this)
        {
            message.Apply(this);
            return;
        }


        _waiting.Append(message);
    }

    /// <summary>Ticks a leg here and now if its next frame would otherwise come too late at the phase it goes to.</summary>
    private void TickBeforePhase(LegStream leg, int slot, int putOff = 0)
    {
        int slotsUntil = (slot - _phase + TickSchedule.SlotsPerPeriod) % TickSchedule.SlotsPerPeriod;
        TickBefore(leg, _time.Deadline + ((slotsUntil + putOff) * TickSchedule.SlotLength));
    }

    private void TickBefore(LegStream leg, TimeSpan deadline)
    {
        if (leg.WouldMissFrameBefore(deadline))
        {
            leg.TickAlone(_time, this);
        }
    }

    /// <summary>Ticks a conference, unless its tick moves to the next slot; whichever it is, it may live at another slot afterwards.</summary>
    /// <returns>Whether it still lives at this slot.</returns>
    private bool TickOrShift(ConferenceMixer conference, ConferenceMixer? next, in TickTime time)
    {
        bool isPutOff = conference.Shift > 0;
        if (!isPutOff)
        {
            conference.Tick(time, this, next);
            if (conference.Shift >= 0)
            {
                return true;            // one that is to be put off is so when its next turn comes
            }
        }

        _slots[conference.Slot].Conferences.Remove(conference);
        conference.MoveTick();
        _slots[conference.Slot].Conferences.Add(conference);
        return false;
    }

    private void AddAlone(LegStream leg)
    {
        List<LegStream> legs = _slots[leg.Slot].LoneLegs;
        leg.Index = legs.Count;
        legs.Add(leg);
    }

    private void Detach(LegStream leg)
    {
        if (leg.Conference is { } conference)
        {
            conference.Remove(leg);
            if (conference.IsEmpty)
            {
                conference.EndRecording();
                _slots[conference.Slot].Conferences.Remove(conference);
            }
        }
        else
        {
            LegList.RemoveAt(_slots[leg.Slot].LoneLegs, leg.Index);
        }
    }

    private sealed class LoopSlot
    {
        // Room enough that a tick which moves a conference here need not make more.
        public List<ConferenceMixer> Conferences { get; } = new(256);

        public List<LegStream> LoneLegs { get; } = new(64);
    }
}

/// <summary>The two times of a tick, on the monotonic clock.</summary>
/// <param name="Deadline">When the tick was due; frames are counted by this.</param>
/// <param name="Now">When it began; packets arrive at this.</param>
internal readonly record struct TickTime(TimeSpan Deadline, TimeSpan Now);
