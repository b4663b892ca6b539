using System.Collections.Immutable;

namespace PhoneBridge.Rooms.Meetings;

/// <summary>Makes the next snapshot from one event: the only way in which a meeting's visible state changes.</summary>
/// <remarks>Pure, so that whoever has a snapshot and the events after it has the meeting: a screen, a journal, another node.</remarks>
public static class MeetingFold
{
    /// <summary>The snapshot after an event.</summary>
    /// <exception cref="ArgumentException">The event is not the next one: something was lost or came twice.</exception>
    public static MeetingSnapshot After(this MeetingSnapshot before, MeetingEvent happened)
    {
        if (happened.Revision != before.Revision + 1)
        {
            throw new ArgumentException($"Event {happened.Revision} does not follow {before.Revision}.", nameof(happened));
        }

        MeetingSnapshot after = happened switch
        {
            ParticipantWaiting e => before with { Participants = before.Participants.Add(Waiting(e)) },
            ParticipantAdmitted e => Admit(before, e),
            WaitReasonChanged e => before.Change(e.Participant, p => p with { Waits = e.Reason }),
            ParticipantLeft e => before with
            {
                Participants = before.Participants.RemoveAt(before.IndexOf(e.Participant)),
                AdmittedCount = before.AdmittedCount - (e.WasAdmitted ? 1 : 0),
            },
            ParticipantRenamed e => before.Change(e.Participant, p => p with { Label = e.Label }),
            MutesChanged e => before with { Participants = WithMutes(before.Participants, e.Changes) },
            UnmuteAskChanged e => before.Change(e.Participant, p => p with { IsAskedToUnmute = e.IsAsked }),
            TalkingChanged e => before.Change(e.Participant, p => p with { IsTalking = e.IsTalking }),
            HoldChanged e => before.Change(e.Participant, p => p with { IsOnHold = e.IsOnHold, IsTalking = p.IsTalking && !e.IsOnHold }),
            DuckChanged e => before.Change(e.Participant, p => p with { Disturbance = e.Sound }),
            LineChanged e => before.Change(e.Participant, p => p with { IsLineBad = e.IsBad }),
            MicrophoneLockChanged e => before with { AreMicrophonesLocked = e.IsLocked },
            MeetingLockChanged e => before with { IsLocked = e.IsLocked },
            SettingsChanged e => before with { Settings = e.Settings },
            MeetingStarted e => before with { State = MeetingState.Running, StartedAt = e.At },
            MeetingEnded e => before with { State = MeetingState.Ended, EndedAt = e.At, EndReason = e.Reason },
            _ => before,                            // a warning is told, and changes nothing
        };
        return after with { Revision = happened.Revision };
    }

    private static Participant Waiting(ParticipantWaiting e) => new()
    {
        Id = e.Participant,
        Role = e.Role,
        Label = e.Label,
        MaskedNumber = e.MaskedNumber,
        ArrivedAt = e.At,
        Waits = e.Reason,
    };

    private static MeetingSnapshot Admit(MeetingSnapshot before, ParticipantAdmitted e)
    {
        int index = before.IndexOf(e.Participant);
        Participant? waited = index < 0 ? null : before.Participants[index];
        Participant admitted = new()
        {
            Id = e.Participant,
            Role = e.Role,
            Label = e.Label,
            MaskedNumber = e.MaskedNumber,
            ArrivedAt = waited?.ArrivedAt ?? e.At,
            AdmittedAt = e.At,
            Mutes = e.Mutes,
            IsOnHold = waited?.IsOnHold ?? false,
            Disturbance = waited?.Disturbance ?? DisturbingSound.None,
            IsLineBad = waited?.IsLineBad ?? false,
        };
        return before with
        {
            Participants = index < 0 ? before.Participants.Add(admitted) : before.Participants.SetItem(index, admitted),
            AdmittedCount = before.AdmittedCount + 1,
        };
    }

    private static ImmutableArray<Participant> WithMutes(ImmutableArray<Participant> all, ImmutableArray<MuteChange> changes)
    {
        Dictionary<ParticipantId, MuteCauses> byId = changes.ToDictionary(c => c.Participant, c => c.After);
        ImmutableArray<Participant>.Builder next = all.ToBuilder();
        for (int i = 0; i < next.Count; i++)
        {
            if (byId.TryGetValue(next[i].Id, out MuteCauses mutes))
            {
                bool isOpen = mutes == MuteCauses.None;
                next[i] = next[i] with
                {
                    Mutes = mutes,
                    IsTalking = next[i].IsTalking && isOpen,
                    IsAskedToUnmute = next[i].IsAskedToUnmute && !isOpen,
                };
            }
        }

        return next.DrainToImmutable();
    }

    private static MeetingSnapshot Change(this MeetingSnapshot before, ParticipantId id, Func<Participant, Participant> change)
    {
        int index = before.IndexOf(id);
        return before with { Participants = before.Participants.SetItem(index, change(before.Participants[index])) };
    }
}
