namespace PhoneBridge.Mixer;

/// <summary>Something the media path is asked to do. Commands of one leg take effect in the order they were sent.</summary>
public abstract record MediaCommand
{
    private protected MediaCommand()
    {
    }
}

/// <summary>Sets what was negotiated, at the first answer and again at every changed one; the leg sends from the first time on (RTP5).</summary>
/// <param name="Leg">An open leg.</param>
/// <param name="Media">What was negotiated.</param>
public sealed record ConfigureLeg(LegId Leg, LegMedia Media) : MediaCommand;

/// <summary>Ends a leg: it leaves its conference, says RTCP BYE, and its ports rest. Answered by <see cref="LegClosed"/>.</summary>
/// <param name="Leg">An open leg.</param>
public sealed record CloseLeg(LegId Leg) : MediaCommand;

/// <summary>Plays clips one after the other without a gap, in place of whatever the leg is playing. In a conference the room is ducked below it.</summary>
/// <param name="Leg">An open leg.</param>
/// <param name="PlaybackId">Comes back in <see cref="PlaybackEnded"/>.</param>
/// <param name="Clips">Clips at the mixing rate; none at all ends at the next tick.</param>
/// <param name="Loop">Begins again at the end, until stopped or replaced.</param>
public sealed record PlayToLeg(LegId Leg, long PlaybackId, IReadOnlyList<PcmClip> Clips, bool Loop) : MediaCommand;

/// <summary>Stops what the leg plays, if anything.</summary>
/// <param name="Leg">An open leg.</param>
public sealed record StopPlayback(LegId Leg) : MediaCommand;

/// <summary>Puts a leg into a conference, with its mute state, in one step; it leaves the one it was in.</summary>
/// <param name="Leg">An open leg.</param>
/// <param name="Conference">The conference; made when this is its first leg.</param>
/// <param name="Causes">Causes that hold from the first tick on.</param>
public sealed record JoinConference(LegId Leg, ConferenceId Conference, MuteCauses Causes) : MediaCommand;

/// <summary>Takes a leg out of its conference; it goes on hearing its own playback, or silence.</summary>
/// <param name="Leg">An open leg.</param>
public sealed record LeaveConference(LegId Leg) : MediaCommand;

/// <summary>Sets the mute state of a leg. Answered by <see cref="MuteApplied"/> after the tick that obeyed it.</summary>
/// <param name="Leg">An open leg.</param>
/// <param name="Causes">All causes that hold from now on.</param>
/// <param name="Token">Comes back in the answer.</param>
public sealed record SetMute(LegId Leg, MuteCauses Causes, long Token) : MediaCommand;

/// <summary>Sets the mute state of many legs of a conference in one tick. Answered by <see cref="MutesApplied"/> after that tick.</summary>
/// <param name="Conference">The conference.</param>
/// <param name="Mutes">The legs and their causes; a leg that is not in the conference gets its causes all the same.</param>
/// <param name="Token">Comes back in the answer.</param>
public sealed record SetMutes(ConferenceId Conference, IReadOnlyList<LegMute> Mutes, long Token) : MediaCommand;

/// <summary>Sets how loud a leg hears the conference and is heard in it.</summary>
/// <param name="Leg">An open leg.</param>
/// <param name="ListenDb">Gain of what it hears [dB]; held to -40 to +20. Its own prompts are not changed.</param>
/// <param name="TalkDb">Gain of what it says [dB]; held to -40 to +20.</param>
public sealed record SetGains(LegId Leg, double ListenDb, double TalkDb) : MediaCommand;

/// <summary>Plays a short sound (a tone for somebody who comes or goes) into a conference, beside the talkers and whatever else plays there.</summary>
/// <param name="Conference">The conference; the sound is dropped and counted when it has no leg or eight sounds play already.</param>
/// <param name="Clip">The sound, at the mixing rate.</param>
public sealed record PlayToConference(ConferenceId Conference, PcmClip Clip) : MediaCommand;

/// <summary>Gives a leg that was ducked for a disturbance its voice back, and does not duck it again for the same kind of sound.</summary>
/// <param name="Leg">An open leg.</param>
public sealed record LiftDuck(LegId Leg) : MediaCommand;
