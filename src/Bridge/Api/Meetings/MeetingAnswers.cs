using PhoneBridge.Bridge.Conference;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Api.Meetings;

/// <summary>Sends a request's command to a meeting and turns the outcome into HTTP: one switch for all requests.</summary>
internal sealed class MeetingAnswers(IMeetingDirectory directory, IRoomStore rooms)
{
    /// <summary>The actor behind a request: the API, by the name of its key.</summary>
    public static Actor ActorOf(HttpContext context) => Actor.Api(context.User.Identity?.Name ?? "");

    /// <summary>Sends a command and answers with the meeting as it is then.</summary>
    public Task<IResult> SendAsync(string room, HttpContext context, Func<Actor, MeetingCommand> command) =>
        SendAsync(room, context, command, meeting => MeetingBody.From(meeting, directory));

    /// <summary>Sends a command about one participant and answers with that participant as it is then.</summary>
    public Task<IResult> SendAsync(string room, string participant, HttpContext context, Func<Actor, ParticipantId, MeetingCommand> command) =>
        ParticipantId.TryParse(participant, out ParticipantId who)
            ? SendAsync(room, context, by => command(by, who), meeting => meeting.Find(who) is { } p ? ParticipantBody.From(p, directory.Line(meeting.Room, who)) : null)
            : Task.FromResult(Problems.NotFound("participant"));

    /// <summary>The room of a path, if there is one.</summary>
    public Room? RoomOf(string room) => RoomId.TryParse(room, out RoomId id) ? rooms.Find(id) : null;

    private async Task<IResult> SendAsync(
        string room, HttpContext context, Func<Actor, MeetingCommand> command, Func<MeetingSnapshot, object?> show)
    {
        if (RoomOf(room) is not { } found)
        {
            return Problems.NotFound("room");
        }

        MeetingReply reply = await directory.SendAsync(found.Id, command(ActorOf(context)), context.RequestAborted).ConfigureAwait(false);
        object? body = reply.Meeting is null ? null : show(reply.Meeting);
        return reply.Outcome switch
        {
            MeetingOutcome.Done or MeetingOutcome.Unchanged => body is null ? TypedResults.NoContent()
                : reply.IsConfirmed ? TypedResults.Ok(body)
                : TypedResults.Accepted((string?)null, body), // told, but the mixer has not answered in time
            MeetingOutcome.CallerAsked => TypedResults.Accepted((string?)null, body),
            MeetingOutcome.Ended => Problems.Conflict("The room has no live meeting."),
            MeetingOutcome.UnknownParticipant => Problems.NotFound("participant"),
            MeetingOutcome.NotAdmitted => Problems.Conflict("The caller waits outside the meeting and has no microphone yet."),
            MeetingOutcome.MicrophonesLocked => Problems.Conflict("The microphones are locked."),
            MeetingOutcome.NotAllowed => TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden, title: "Not allowed"),
            _ => throw new InvalidOperationException($"{reply.Outcome} is no answer to a request of the API."),
        };
    }
}
