using System.Runtime.InteropServices;
using PhoneBridge.Media.Levels;
using PhoneBridge.Mixer.Legs;
using PhoneBridge.Mixer.Loop;
using PhoneBridge.Mixer.Mix;
using PhoneBridge.Mixer.Recording;

namespace PhoneBridge.Mixer.Conferences;

/// <summary>
/// The audio of one meeting. At a tick each leg gives one frame, the loudest of those who speak are summed at every sample rate that
/// is listened at, and each leg gets the sum without its own voice; all who are not in the sum get the same frame, encoded once a format.
/// </summary>
/// <remarks>Owned by one loop. Made by any thread.</remarks>
internal sealed class ConferenceMixer(ConferenceId id, int slot, MixSettings settings)
{
    private readonly List<LegStream> _legs = new(16);
    private readonly int[] _listeners = new int[MixRates.Count];
    private readonly Limiter[] _limiters = [.. Enumerable.Range(0, MixRates.Count).Select(_ => new Limiter())];
    private readonly TalkerSeats _seats = new(settings.Talkers);
    private readonly ConferenceSounds _sounds = new();
    private ConferencePhase _phase;
    private RecordingTap? _tap;
    private FrameNumbers _frames;
    private MessageList _toAnswer;

    /// <summary>Its name.</summary>
    public ConferenceId Id { get; } = id;

    /// <summary>Its phase in the period. Follows the talkers; written by its loop.</summary>
    public int Slot { get; private set; } = slot;

    /// <summary>Where the next tick should be against this one's slot: -1, 0 or 1. Taken by the loop.</summary>
    public int Shift { get; private set; }

    /// <summary>No leg is in it.</summary>
    public bool IsEmpty => _legs.Count == 0;

    /// <summary>The streams of those who only listen.</summary>
    public SharedStreams Streams { get; } = new();

    /// <summary>Puts a leg in, last.</summary>
    public void Add(LegStream leg)
    {
        leg.Conference = this;
        leg.Index = _legs.Count;
        leg.Slot = Slot;
        _legs.Add(leg);
        CountListener(leg.Rate, 1);
    }

    /// <summary>Takes a leg out.</summary>
    public void Remove(LegStream leg)
    {
        leg.Hearing.LeaveShared(Streams);
        leg.EndRecording();
        CountListener(leg.Rate, -1);
        _seats.Remove(leg);
        LegList.RemoveAt(_legs, leg.Index);
        leg.Slot = Slot;
        leg.Conference = null;
    }

    /// <summary>A leg of it is about to change its format: for a moment it is nobody's talker, and counts at no rate.</summary>
    public void BeforeFormatChange(LegStream leg)
    {
        CountListener(leg.Rate, -1);
        _seats.Remove(leg);
    }

    /// <summary>A leg of it has changed its format.</summary>
    public void AfterFormatChange(LegStream leg) => CountListener(leg.Rate, 1);

    /// <summary>Records the mix from now on, in place of a recording that runs.</summary>
    public void Record(RecordingTap tap)
    {
        EndRecording();
        if (IsEmpty)
        {
            tap.Complete();         // it ended while the command was on its way
            return;
        }

        _tap = tap;
        _frames = default;
        CountListener(MixRates.IndexOf(tap.SampleRateHz), 1);
    }

    /// <summary>Its recording ends: nobody is in it any more, or another recording begins.</summary>
    public void EndRecording()
    {
        if (_tap is { } tap)
        {
            tap.Complete();
            _tap = null;
            CountListener(MixRates.IndexOf(tap.SampleRateHz), -1);
        }
    }

    /// <summary>The next tick is at another slot, as <see cref="Shift"/> asked for.</summary>
    public void MoveTick()
    {
        Slot = (Slot + Shift + TickSchedule.SlotsPerPeriod) % TickSchedule.SlotsPerPeriod;
        Shift = 0;
        foreach (LegStream leg in CollectionsMarshal.AsSpan(_legs))
        {
            leg.OnTickMoved();
        }
    }

    /// <summary>Starts a sound for all; false when too many play.</summary>
    public bool TryPlay(PcmClip clip) => _sounds.TryAdd(clip);

    /// <summary>Remembers a command that is answered when the next tick is over.</summary>
    public void AnswerAfterTick(SetConferenceMutes command) => _toAnswer.Append(command);

    /// <summary>One turn of 20 ms for everybody in it.</summary>
    /// <param name="time">Of the tick.</param>
    /// <param name="loop">Its loop.</param>
    /// <param name="next">The conference that ticks after it, if one does: its first legs are brought near meanwhile.</param>
    public void Tick(in TickTime time, LoopCore loop, ConferenceMixer? next)
    {
        Span<LegStream> legs = CollectionsMarshal.AsSpan(_legs);
        ReadOnlySpan<LegStream> after = next is null ? [] : CollectionsMarshal.AsSpan(next._legs);
        for (int i = 0; i < legs.Length; i++)
        {
            FetchAhead(legs, after, i);
            legs[i].Take(time, loop);
        }

        MixBus[] buses = loop.Scratch.Buses;
        Sum(buses, time);
        WriteRecording(buses, time);
        Streams.Begin();
        foreach (LegStream leg in legs)
        {
            // Before anybody encodes: who leaves a shared stream goes on from where it stands now.
            leg.Hearing.ChooseStream(leg.IsHeard, Streams);
        }

        foreach (LegStream leg in legs)
        {
            if (leg.TakesFrame)
            {
                leg.Hearing.Give(leg, buses, Streams, loop);
            }

            leg.WriteRecording(time);
            leg.FinishTick(time, loop);
        }

        AnswerCommands(loop.Events);
    }

    private static void FetchAhead(ReadOnlySpan<LegStream> legs, ReadOnlySpan<LegStream> after, int at)
    {
        for (int step = 0; step < LegStream.FetchSteps; step++)
        {
            int place = at + LegStream.FetchSteps - step;
            if (place < legs.Length)
            {
                legs[place].Fetch(step);
            }
            else if (place - legs.Length < after.Length)
            {
                after[place - legs.Length].Fetch(step);
            }
        }
    }

    private void Sum(MixBus[] buses, in TickTime time)
    {
        for (int i = 0; i < buses.Length; i++)
        {
            buses[i].Begin(_listeners[i] > 0 ? _limiters[i] : null);
        }

        _seats.Choose(_legs);
        foreach (LegStream leg in _seats.Heard)
        {
            leg.Voice.Finish(leg.TalkGain);
            leg.Voice.AddTo(buses);
            if (leg.Voice.TryTakeArrival(out TimeSpan arrival))
            {
                _phase.OnArrival(time.Deadline - arrival, Slot);
            }
        }

        _sounds.AddTo(buses);
        Shift = _phase.Step(Slot, isQuiet: _seats.Heard.IsEmpty);
    }

    private void WriteRecording(MixBus[] buses, in TickTime time)
    {
        if (_tap is not { } tap)
        {
            return;
        }

        tap.TryWrite(buses[MixRates.IndexOf(tap.SampleRateHz)].Shared(), _frames.At(time.Deadline));
        if (tap.IsComplete || tap.IsClosed)
        {
            EndRecording();
        }
    }

    private void CountListener(int? rate, int change)
    {
        if (rate is not { } index)
        {
            return;
        }

        _listeners[index] += change;
        if (change > 0 && _listeners[index] == 1)
        {
            // What the talkers' converters remember of this rate is old.
            foreach (LegStream talker in _seats.Heard)
            {
                talker.Voice.ForgetConversion(index);
            }
        }
    }

    private void AnswerCommands(EventOutlet events)
    {
        LoopMessage? message = _toAnswer.TakeAll();
        while (message is not null)
        {
            LoopMessage? next = MessageList.Split(message);
            ((SetConferenceMutes)message).Answer(events);
            message = next;
        }
    }
}
