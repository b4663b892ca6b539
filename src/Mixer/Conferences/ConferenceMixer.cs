using System.Runtime.InteropServices;
using PhoneBridge.Mixer.Legs;
using PhoneBridge.Mixer.Loop;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Conferences;

/// <summary>
/// The audio of one meeting. At a tick each leg gives one frame, those who are heard are summed, and each leg gets the sum without
/// its own voice; all who are not in the sum get the same frame, encoded once a codec.
/// </summary>
/// <remarks>Owned by one loop. Made by any thread.</remarks>
internal sealed class ConferenceMixer(ConferenceId id, int slot)
{
    private readonly List<LegStream> _legs = new(16);
    private readonly ConferenceSounds _sounds = new();
    private MessageList _toAnswer;

    /// <summary>Its name.</summary>
    public ConferenceId Id { get; } = id;

    /// <summary>Its phase in the period.</summary>
    public int Slot { get; } = slot;

    /// <summary>No leg is in it.</summary>
    public bool IsEmpty => _legs.Count == 0;

    /// <summary>Puts a leg in, last.</summary>
    public void Add(LegStream leg)
    {
        leg.Conference = this;
        leg.Index = _legs.Count;
        _legs.Add(leg);
    }

    /// <summary>Takes a leg out.</summary>
    public void Remove(LegStream leg)
    {
        LegList.RemoveAt(_legs, leg.Index);
        leg.Conference = null;
    }

    /// <summary>Starts a sound for all; false when too many play.</summary>
    public bool TryPlay(PcmClip clip) => _sounds.TryAdd(clip);

    /// <summary>Remembers a command that is answered when the next tick is over.</summary>
    public void AnswerAfterTick(SetConferenceMutes command) => _toAnswer.Append(command);

    /// <summary>One turn of 20 ms for everybody in it.</summary>
    public void Tick(in TickTime time, LoopCore loop)
    {
        LoopScratch scratch = loop.Scratch;
        Span<LegStream> legs = CollectionsMarshal.AsSpan(_legs);
        Span<int> total = scratch.Total;
        total.Clear();
        foreach (LegStream leg in legs)
        {
            leg.Take(time, loop);
            if (leg.IsHeard)
            {
                MixKernels.Add(total, leg.Voice);
            }
        }

        _sounds.AddTo(total);
        SharedMix shared = scratch.SharedMix;
        shared.Begin();
        foreach (LegStream leg in legs)
        {
            if (leg.TakesFrame)
            {
                leg.Give(total, shared, loop);
            }

            leg.FinishTick(time, loop);
        }

        AnswerCommands(loop.Events);
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
