using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Rooms.Attendance;

/// <summary>Writes the attendance journal of one meeting from its events, and adds up who talked how long.</summary>
/// <remarks>Sans-IO and not thread safe: owned by whoever runs the meeting.</remarks>
public sealed class AttendanceClerk(MeetingId meeting, RoomId room)
{
    private readonly Dictionary<ParticipantId, Seat> _seats = [];

    /// <summary>The lines that one event makes; none for most.</summary>
    public IEnumerable<AttendanceEntry> On(MeetingEvent happened)
    {
        switch (happened)
        {
            case MeetingStarted:
                return [Line(happened, AttendanceKind.Started)];
            case MeetingEnded:
                return [Line(happened, AttendanceKind.Ended)];
            case ParticipantAdmitted e:
                _seats[e.Participant] = new Seat(e.At.Elapsed);
                return
                [
                    Line(e, AttendanceKind.Joined) with
                    {
                        Participant = e.Participant, Role = e.Role, Label = e.Label, MaskedNumber = e.MaskedNumber, Mutes = e.Mutes,
                    },
                ];
            case ParticipantRenamed e when _seats.ContainsKey(e.Participant):
                return [Line(e, AttendanceKind.Renamed) with { Participant = e.Participant, Label = e.Label }];
            case TalkingChanged e when _seats.TryGetValue(e.Participant, out Seat? seat):
                seat.Talk(e.IsTalking, e.At.Elapsed);
                return [];
            case HoldChanged { IsOnHold: true } e when _seats.TryGetValue(e.Participant, out Seat? seat):
                seat.Talk(false, e.At.Elapsed);
                return [];
            case MutesChanged e:
                return [.. e.Changes.Select((change, part) => OnMute(e, change, part))];
            case ParticipantLeft { WasAdmitted: true } e when _seats.Remove(e.Participant, out Seat? seat):
                seat.Talk(false, e.At.Elapsed);
                return
                [
                    Line(e, AttendanceKind.Left) with
                    {
                        Participant = e.Participant, Reason = e.Reason, Stayed = e.At.Elapsed - seat.Since, Talked = seat.Talked,
                    },
                ];
            default:
                return [];
        }
    }

    private AttendanceEntry OnMute(MutesChanged e, MuteChange change, int part)
    {
        if (change.After != MuteCauses.None && _seats.TryGetValue(change.Participant, out Seat? seat))
        {
            seat.Talk(false, e.At.Elapsed);
        }

        return Line(e, AttendanceKind.MuteChanged) with { Part = part, Participant = change.Participant, Mutes = change.After };
    }

    private AttendanceEntry Line(MeetingEvent happened, AttendanceKind kind) => new()
    {
        Meeting = meeting,
        Room = room,
        Revision = happened.Revision,
        At = happened.At.Wall,
        Kind = kind,
        By = happened.By,
    };

    /// <summary>One person's time in the meeting.</summary>
    private sealed class Seat(TimeSpan since)
    {
        private TimeSpan? _talkingSince;

        internal TimeSpan Since { get; } = since;

        internal TimeSpan Talked { get; private set; }

        internal void Talk(bool isTalking, TimeSpan now)
        {
            if (_talkingSince is { } start)
            {
                Talked += now - start;
            }

            _talkingSince = isTalking ? now : null;
        }
    }
}
