using System.Collections.Concurrent;
using PhoneBridge.Mixer;
using PhoneBridge.Rooms.Meetings;

using MixerMutes = PhoneBridge.Mixer.MuteCauses;

namespace PhoneBridge.Bridge.Conference;

/// <summary>One live meeting: its state machine, the conference in the mixer that obeys it, and the seats of its callers.</summary>
/// <remarks>Belongs to the control loop. The state machine decides; this class carries out, in the order of the events.</remarks>
internal sealed class LiveMeeting(Meeting meeting, ConferenceId conference, MeetingPorts ports)
{
    // Written on the loop alone; the API reads it to find a participant's line.
    private readonly ConcurrentDictionary<ParticipantId, IMeetingSeat> _seats = new();

    /// <summary>The meeting as it is.</summary>
    public MeetingSnapshot Snapshot => meeting.Snapshot;

    /// <summary>When <see cref="OnTime"/> is due; null when never.</summary>
    public TimeSpan? Deadline => meeting.Deadline;

    /// <summary>The leg of a participant, or null.</summary>
    public LegId? LegOf(ParticipantId participant) => _seats.TryGetValue(participant, out IMeetingSeat? seat) ? seat.Leg : null;

    /// <summary>Brings a caller to the door; the seat hears of everything that follows.</summary>
    public async Task<MeetingReply> EnterAsync(EnterMeeting command, IMeetingSeat seat, MeetingTime now)
    {
        // Before the command: the admission is one of its events and needs the leg.
        _seats[command.Participant] = seat;
        MeetingReply reply = await ApplyAsync(command, now).ConfigureAwait(true);
        if (reply.Outcome is not (MeetingOutcome.Admitted or MeetingOutcome.Waiting))
        {
            _seats.TryRemove(command.Participant, out _);
        }

        return reply;
    }

    /// <summary>Carries out a command; ends when the mixer has obeyed.</summary>
    public async Task<MeetingReply> ApplyAsync(MeetingCommand command, MeetingTime now)
    {
        MeetingStep step = meeting.Apply(command, now);
        MeetingSnapshot after = meeting.Snapshot;
        bool isConfirmed = await CarryOutAsync(step.Events, after).ConfigureAwait(true);
        return new MeetingReply(step.Outcome, after, isConfirmed);
    }

    /// <summary>Carries out what is due.</summary>
    public Task OnTime(MeetingTime now) => CarryOutAsync(meeting.OnTime(now).Events, meeting.Snapshot);

    private async Task<bool> CarryOutAsync(IReadOnlyList<MeetingEvent> events, MeetingSnapshot after)
    {
        // Everything that the mixer must do goes out before the first await, so that no later command overtakes it.
        List<Task<bool>>? obeyed = null;
        foreach (MeetingEvent happened in events)
        {
            if (CarryOut(happened, after) is { } confirmation)
            {
                (obeyed ??= []).Add(confirmation);
            }

            ports.Publish(this, happened);
        }

        if (obeyed is null)
        {
            return true;
        }

        bool[] confirmed = await Task.WhenAll(obeyed).ConfigureAwait(true);
        return Array.TrueForAll(confirmed, c => c);
    }

    private Task<bool>? CarryOut(MeetingEvent happened, MeetingSnapshot after)
    {
        switch (happened)
        {
            case ParticipantAdmitted e when _seats.TryGetValue(e.Participant, out IMeetingSeat? seat):
                ports.Media.Send(new JoinConference(seat.Leg, conference, (MixerMutes)(int)e.Mutes));
                if (after.AdmittedCount > 1)
                {
                    ports.Media.Send(new PlayToConference(conference, ports.EntryTone));
                }

                seat.OnAdmitted(e, after);
                return null;

            case ParticipantWaiting e when _seats.TryGetValue(e.Participant, out IMeetingSeat? seat):
                seat.OnWaiting(e.Reason);
                return null;

            case WaitReasonChanged e when _seats.TryGetValue(e.Participant, out IMeetingSeat? seat):
                seat.OnWaiting(e.Reason);
                return null;

            case ParticipantLeft e when _seats.TryRemove(e.Participant, out IMeetingSeat? seat):
                if (e.WasAdmitted)
                {
                    ports.Media.Send(new LeaveConference(seat.Leg));
                    if (after.AdmittedCount > 0 && e.Reason != LeaveReason.MeetingEnded)
                    {
                        ports.Media.Send(new PlayToConference(conference, ports.ExitTone));
                    }
                }

                seat.OnLeft(e.Reason);
                return null;

            case MutesChanged e:
                return ApplyMutesAsync(e);

            // What the mixer reported itself needs no telling it.
            case DuckChanged { Sound: DisturbingSound.None, By.Kind: not ActorKind.Bridge } e when _seats.TryGetValue(e.Participant, out IMeetingSeat? seat):
                return ports.Confirmations.UnduckAsync(seat.Leg);

            case UnmuteAskChanged e when _seats.TryGetValue(e.Participant, out IMeetingSeat? seat):
                seat.OnUnmuteAsked(e.IsAsked);
                return null;

            case MeetingLockChanged or MicrophoneLockChanged or DurationWarning:
                foreach (IMeetingSeat seat in _seats.Values)
                {
                    seat.OnNotice(happened);
                }

                return null;

            default:
                return null;
        }
    }

    private async Task<bool> ApplyMutesAsync(MutesChanged happened)
    {
        List<LegMute> mutes = new(happened.Changes.Length);
        foreach (MuteChange change in happened.Changes)
        {
            if (_seats.TryGetValue(change.Participant, out IMeetingSeat? seat))
            {
                mutes.Add(new LegMute(seat.Leg, (MixerMutes)(int)change.After));
            }
        }

        bool isConfirmed = await ports.Confirmations.SendAsync(token => new SetMutes(conference, mutes, token)).ConfigureAwait(true);
        foreach (MuteChange change in happened.Changes)
        {
            if (_seats.TryGetValue(change.Participant, out IMeetingSeat? seat))
            {
                seat.OnMicrophone(change, happened);
            }
        }

        return isConfirmed;
    }
}
