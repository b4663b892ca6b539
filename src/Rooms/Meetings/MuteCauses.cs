namespace PhoneBridge.Rooms.Meetings;

/// <summary>Why a participant is not heard. Heard only when none holds. The values are those of the mixer.</summary>
[Flags]
public enum MuteCauses
{
    /// <summary>Heard.</summary>
    None = 0,

    /// <summary>The caller closed the microphone, or came into a room where it starts closed.</summary>
    Self = 1,

    /// <summary>A moderator closed it. The caller may open it again by key.</summary>
    Moderator = 2,

    /// <summary>Microphones are locked: the caller cannot open it. Never holds a moderator.</summary>
    Lock = 4,
}

/// <summary>One participant's causes, before and after a change.</summary>
/// <param name="Participant">Who.</param>
/// <param name="Before">Causes until now.</param>
/// <param name="After">Causes from now on.</param>
public sealed record MuteChange(ParticipantId Participant, MuteCauses Before, MuteCauses After);
