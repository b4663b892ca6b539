using PhoneBridge.Mixer.Conferences;

namespace PhoneBridge.Mixer.Loop;

/// <summary><see cref="SetMutes"/>: many legs of one loop in one go, answered after the conference's tick.</summary>
/// <param name="conference">The conference; null when it has no leg, and then there is no tick to wait for.</param>
/// <param name="id">Its name.</param>
/// <param name="mutes">One message a leg, which waits by itself for a leg that is still on its way.</param>
/// <param name="token">Comes back in the answer.</param>
internal sealed class SetConferenceMutes(ConferenceMixer? conference, ConferenceId id, SetStreamMute[] mutes, long token) : LoopMessage(null)
{
    public override void Apply(LoopCore loop)
    {
        foreach (SetStreamMute mute in mutes)
        {
            loop.Obey(mute);
        }

        if (conference is { IsEmpty: false })
        {
            conference.AnswerAfterTick(this);
        }
        else
        {
            Answer(loop.Events);
            loop.Events.Flush();
        }
    }

    /// <summary>Says that the mutes hold.</summary>
    public void Answer(EventOutlet events) => events.Post(new LoopEvent(LoopEventKind.MutesApplied, id.Value, token));
}

/// <summary><see cref="PlayToConference"/>.</summary>
internal sealed class StartSound(ConferenceMixer conference, PcmClip clip) : LoopMessage(null)
{
    public override void Apply(LoopCore loop)
    {
        if (conference.IsEmpty || !conference.TryPlay(clip))
        {
            loop.Counters.SoundsDropped++;
        }
    }
}

/// <summary>A conference gets a leg of a format that it had none of.</summary>
internal sealed class AddStream(ConferenceMixer conference, SharedStream stream) : LoopMessage(null)
{
    public override void Apply(LoopCore loop) => conference.Streams.Add(stream);
}
