namespace PhoneBridge.Rooms.Meetings;

/// <summary>What falls due in a meeting, on the meeting's own clock (elapsed since it was opened).</summary>
/// <remarks>Owned by <see cref="Meeting"/>. Three kinds: somebody waited too long, the longest duration nears, nobody is there.</remarks>
internal sealed class MeetingTimers(MeetingRules rules)
{
    private TimeSpan? _emptySince;
    private bool _anybodySeated;

    /// <summary>The smallest remaining time that was warned of; larger ones are not warned of again.</summary>
    private TimeSpan _warned = TimeSpan.MaxValue;

    /// <summary>When the next one falls due; the largest value when none will.</summary>
    internal TimeSpan Next { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Takes note of the meeting as it is now.</summary>
    internal void Update(MeetingSnapshot meeting, TimeSpan now)
    {
        _anybodySeated |= meeting.AdmittedCount > 0;
        _emptySince = meeting.Participants.Length > 0 ? null : _emptySince ?? now;
        if (meeting.State == MeetingState.Running && EndOf(meeting) - now > rules.DurationWarnings.DefaultIfEmpty().Max())
        {
            _warned = TimeSpan.MaxValue;            // the owner has lengthened the meeting: warn anew
        }

        TimeSpan next = TimeSpan.MaxValue;
        foreach (Participant waiting in meeting.Participants.Where(p => !p.IsAdmitted))
        {
            Sooner(WaitEndOf(waiting, meeting));
        }

        if (meeting.State == MeetingState.Running)
        {
            Sooner(EndOf(meeting));
            foreach (TimeSpan warning in Pending(meeting))
            {
                Sooner(EndOf(meeting) - warning);
            }
        }

        if (_emptySince is { } since)
        {
            Sooner(GraceEndOf(meeting, since));
        }

        Next = next;

        void Sooner(TimeSpan deadline) => next = deadline < next ? deadline : next;
    }

    /// <summary>One thing that is due by now; each is returned once.</summary>
    internal DueTimer TakeDue(MeetingSnapshot meeting, TimeSpan now)
    {
        if (_emptySince is { } since && now >= GraceEndOf(meeting, since))
        {
            return new DueTimer.Ends(EndReason.Empty);
        }

        if (meeting.State == MeetingState.Running)
        {
            if (now >= EndOf(meeting))
            {
                return new DueTimer.Ends(EndReason.MaxDuration);
            }

            // Late by more than one warning, only the last is still true.
            foreach (TimeSpan warning in Pending(meeting).Order())
            {
                if (now >= EndOf(meeting) - warning)
                {
                    _warned = warning;
                    return new DueTimer.Warns(warning);
                }
            }
        }

        return meeting.Participants.FirstOrDefault(p => !p.IsAdmitted && now >= WaitEndOf(p, meeting)) is { } patient
            ? new DueTimer.WaitsTooLong(patient.Id)
            : new DueTimer.Nothing();
    }

    private static TimeSpan EndOf(MeetingSnapshot meeting) => meeting.StartedAt!.Value.Elapsed + meeting.Settings.MaxDuration;

    private static TimeSpan WaitEndOf(Participant waiting, MeetingSnapshot meeting) =>
        waiting.ArrivedAt.Elapsed + meeting.Settings.MaxWait;

    private TimeSpan GraceEndOf(MeetingSnapshot meeting, TimeSpan emptySince) => meeting.StartedAt is { } started && !_anybodySeated
        ? started.Elapsed + rules.StartedEmptyGrace
        : emptySince + rules.EmptyGrace;

    /// <summary>Warnings still to give; one that is not shorter than the whole meeting would say nothing.</summary>
    private IEnumerable<TimeSpan> Pending(MeetingSnapshot meeting) =>
        rules.DurationWarnings.Where(w => w < _warned && w < meeting.Settings.MaxDuration);
}

/// <summary>What fell due.</summary>
internal abstract record DueTimer
{
    /// <summary>Nothing.</summary>
    internal sealed record Nothing : DueTimer;

    /// <summary>The meeting ends.</summary>
    internal sealed record Ends(EndReason Reason) : DueTimer;

    /// <summary>All are to be warned.</summary>
    internal sealed record Warns(TimeSpan Remaining) : DueTimer;

    /// <summary>Somebody waited as long as the room allows.</summary>
    internal sealed record WaitsTooLong(ParticipantId Participant) : DueTimer;
}
