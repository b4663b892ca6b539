namespace PhoneBridge.Rooms.Meetings;

/// <summary>What a microphone becomes: causes in, causes out.</summary>
/// <remarks>
/// One law stands over all: nothing but the caller's own key ever opens a microphone. Moderators close and ask; lifting a
/// lock leaves closed what it closed. A caller who was asked under a lock is free of it until closed by a moderator or locked again.
/// </remarks>
internal static class MicrophoneRules
{
    /// <summary>Causes from the first sample of a newcomer.</summary>
    internal static MuteCauses AtEntry(Role role, bool muteOnEntry, bool areLocked) => role == Role.Moderator
        ? MuteCauses.None
        : (muteOnEntry ? MuteCauses.Self : MuteCauses.None) | (areLocked ? MuteCauses.Lock : MuteCauses.None);

    /// <summary>Causes after the caller's key; unchanged when the lock holds.</summary>
    internal static MuteCauses AfterKey(Participant participant) => participant switch
    {
        { Mutes: MuteCauses.None } => MuteCauses.Self,
        { IsAskedToUnmute: true } => MuteCauses.None,
        _ when participant.Mutes.HasFlag(MuteCauses.Lock) => participant.Mutes,
        _ => MuteCauses.None,
    };

    /// <summary>Causes after a moderator closed it; a standing lock takes hold again.</summary>
    internal static MuteCauses ClosedByModerator(Participant participant, bool areLocked) =>
        participant.Mutes | MuteCauses.Moderator | LockFor(participant.Role, areLocked);

    /// <summary>Causes after the lock came down on it.</summary>
    internal static MuteCauses Locked(Participant participant) => participant.Mutes | LockFor(participant.Role, areLocked: true);

    /// <summary>Causes after the lock was lifted: what only the lock held closed stays closed, now as by a moderator.</summary>
    internal static MuteCauses Unlocked(Participant participant) => participant.Mutes switch
    {
        MuteCauses.Lock => MuteCauses.Moderator,
        _ => participant.Mutes & ~MuteCauses.Lock,
    };

    private static MuteCauses LockFor(Role role, bool areLocked) =>
        areLocked && role != Role.Moderator ? MuteCauses.Lock : MuteCauses.None;
}
