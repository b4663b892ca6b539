using PhoneBridge.Mixer.Conferences;
using PhoneBridge.Mixer.Legs;

namespace PhoneBridge.Mixer.Loop;

/// <summary>A leg comes to this loop: new, or let go by the loop that had it.</summary>
internal sealed class AdoptLeg(LegStream leg, int slot) : LoopMessage(leg)
{
    public override void Apply(LoopCore loop) => loop.Adopt(Leg!, slot);
}

/// <summary>A leg goes to another loop, between two ticks.</summary>
/// <param name="leg">The leg.</param>
/// <param name="target">The other loop's inbox.</param>
/// <param name="arrival">What to post there, made beforehand.</param>
internal sealed class ReleaseLeg(LegStream leg, LoopInbox target, AdoptLeg arrival) : LoopMessage(leg)
{
    public override void Apply(LoopCore loop)
    {
        loop.Release(Leg!);
        target.Post(arrival);
    }
}

/// <summary><see cref="JoinConference"/>.</summary>
internal sealed class JoinLeg(LegStream leg, ConferenceMixer conference, MuteCauses causes) : LoopMessage(leg)
{
    public override void Apply(LoopCore loop)
    {
        Leg!.Mutes = causes;
        loop.Join(Leg, conference);
    }
}

/// <summary><see cref="LeaveConference"/>.</summary>
internal sealed class LeaveLeg(LegStream leg) : LoopMessage(leg)
{
    public override void Apply(LoopCore loop)
    {
        loop.Leave(Leg!);
        Leg!.StopTalking(loop);
    }
}

/// <summary><see cref="CloseLeg"/>.</summary>
internal sealed class EndLeg(LegStream leg) : LoopMessage(leg)
{
    public override void Apply(LoopCore loop)
    {
        loop.Forget(Leg!);
        Leg!.End(loop);
    }
}
