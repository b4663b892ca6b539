namespace PhoneBridge.Mixer;

/// <summary>Something that happened in the media path. Events of one leg arrive in the order they happened.</summary>
public abstract record MediaEvent
{
    private protected MediaEvent()
    {
    }
}

/// <summary>The first RTP packet from an accepted source has arrived.</summary>
/// <param name="Leg">The leg.</param>
public sealed record LegStarted(LegId Leg) : MediaEvent;

/// <summary>A key was pressed; told once, at its start.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="Key">0-9, *, # or A-D.</param>
/// <param name="IsInAudio">It was heard in the sound; otherwise it came as a telephone-event. A phone may send both for one press.</param>
public sealed record KeyPressed(LegId Leg, char Key, bool IsInAudio = false) : MediaEvent
{
    /// <summary>The key may belong to a PIN: it is never printed.</summary>
    public override string ToString() => $"{nameof(KeyPressed)} {{ {Leg} }}";
}

/// <summary>A playback is over: its last sample has been handed to the sender, or it was stopped, replaced or its leg closed.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="PlaybackId">As given to <see cref="PlayToLeg"/>.</param>
/// <param name="Completed">It ran to its end.</param>
public sealed record PlaybackEnded(LegId Leg, long PlaybackId, bool Completed) : MediaEvent;

/// <summary>A leg in a conference began or ceased to talk; a muted leg does not talk.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="IsTalking">It talks now.</param>
public sealed record TalkingChanged(LegId Leg, bool IsTalking) : MediaEvent;

/// <summary>The mute state holds: the tick that obeyed it is over.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="Causes">The causes that hold.</param>
/// <param name="Token">As given to <see cref="SetMute"/>.</param>
public sealed record MuteApplied(LegId Leg, MuteCauses Causes, long Token) : MediaEvent;

/// <summary>All mute states of one <see cref="SetMutes"/> hold: the tick that obeyed them is over.</summary>
/// <param name="Conference">The conference.</param>
/// <param name="Token">As given to <see cref="SetMutes"/>.</param>
public sealed record MutesApplied(ConferenceId Conference, long Token) : MediaEvent;

/// <summary>Fax, modem or busy tone was heard on a leg; told once a leg. The call should end.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="Tone">What was heard.</param>
public sealed record LineToneHeard(LegId Leg, LineTone Tone) : MediaEvent;

/// <summary>A leg is ducked because of a long disturbance, or is heard in full again.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="Disturbance">What is heard; <see cref="Mixer.Disturbance.None"/>: no longer ducked.</param>
public sealed record DisturbanceChanged(LegId Leg, Disturbance Disturbance) : MediaEvent;

/// <summary>A leg is gone: nothing of it is sent or heard any more.</summary>
/// <param name="Leg">The leg.</param>
public sealed record LegClosed(LegId Leg) : MediaEvent;
