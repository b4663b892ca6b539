namespace PhoneBridge.Rooms.Meetings;

/// <summary>A sound that comes from one line for long, is no speech, and is ducked for the others.</summary>
public enum DisturbingSound
{
    /// <summary>None: the line is heard in full.</summary>
    None,

    /// <summary>One or a few steady or regularly broken tones.</summary>
    Tone,

    /// <summary>Music, such as a telephone system plays to those on hold.</summary>
    Music,

    /// <summary>Steady loud noise.</summary>
    Noise,
}

/// <summary>The mixer ducks someone's line because of a disturbance, or hears it in full again.</summary>
/// <param name="Participant">Who.</param>
/// <param name="Sound">What disturbs; none: no longer ducked.</param>
public sealed record ReportDisturbance(ParticipantId Participant, DisturbingSound Sound) : MeetingCommand(Actor.Bridge);

/// <summary>Has a ducked line heard in full again: the disturbance is borne, or was none.</summary>
/// <param name="By">A moderator or the API.</param>
/// <param name="Participant">Whose.</param>
public sealed record Unduck(Actor By, ParticipantId Participant) : MeetingCommand(By);

/// <summary>Someone's line has turned bad, or is good again.</summary>
/// <param name="Participant">Whose.</param>
/// <param name="IsBad">True: bad.</param>
public sealed record ReportLine(ParticipantId Participant, bool IsBad) : MeetingCommand(Actor.Bridge);

/// <summary>Someone's line is ducked because of a disturbance, or is heard in full again.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">The bridge, or who had it heard in full again.</param>
/// <param name="Participant">Who.</param>
/// <param name="Label">Name in the list, so that the notice stands for itself.</param>
/// <param name="Sound">What disturbs; none: no longer ducked.</param>
public sealed record DuckChanged(long Revision, MeetingInstant At, Actor By, ParticipantId Participant, string Label, DisturbingSound Sound)
    : MeetingEvent(Revision, At, By);

/// <summary>Someone's line has turned bad, or is good again.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Participant">Whose.</param>
/// <param name="Label">Name in the list, so that the notice stands for itself.</param>
/// <param name="IsBad">True: bad.</param>
public sealed record LineChanged(long Revision, MeetingInstant At, Actor By, ParticipantId Participant, string Label, bool IsBad)
    : MeetingEvent(Revision, At, By);
