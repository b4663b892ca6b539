using PhoneBridge.Mixer.Legs;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Loop;

/// <summary><see cref="ConfigureLeg"/>.</summary>
internal sealed class ConfigureStream(LegStream leg, StreamSetup setup) : LoopMessage(leg)
{
    public override void Apply(LoopCore loop) => Leg!.Configure(setup, loop.Now);
}

/// <summary><see cref="PlayToLeg"/>, or <see cref="StopPlayback"/> when there is nothing to play.</summary>
internal sealed class SetPlayback(LegStream leg, Playback? playback) : LoopMessage(leg)
{
    public override void Apply(LoopCore loop) => Leg!.Play(playback, loop);
}

/// <summary><see cref="SetGains"/>.</summary>
internal sealed class SetStreamGains(LegStream leg, Gain listen, Gain talk) : LoopMessage(leg)
{
    public override void Apply(LoopCore loop)
    {
        Leg!.Hearing.ListenGain = listen;
        Leg.TalkGain = talk;
    }
}

/// <summary><see cref="SetMute"/>; answered after the tick when it has a token.</summary>
internal sealed class SetStreamMute(LegStream leg, MuteCauses causes, long? token) : LoopMessage(leg)
{
    public override void Apply(LoopCore loop)
    {
        Leg!.Mutes = causes;
        if (token is not null)
        {
            Leg.AnswerAfterTick(this);
        }
    }

    /// <summary>Says that the mute holds.</summary>
    public void Answer(EventOutlet events) =>
        events.Post(new LoopEvent(LoopEventKind.MuteApplied, Leg!.Id.Value, token!.Value, (int)causes));
}

/// <summary><see cref="LiftDuck"/>.</summary>
internal sealed class LiftLegDuck(LegStream leg) : LoopMessage(leg)
{
    public override void Apply(LoopCore loop) => Leg!.LiftDuck(loop);
}
