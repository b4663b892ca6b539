using PhoneBridge.Bridge.Conference;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Api.Meetings;

/// <summary>The live meeting of a room: start, end, locks.</summary>
internal static class MeetingEndpoints
{
    public static void MapMeetings(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder room = api.MapGroup("/rooms/{room}").WithTags("Meetings");
        room.MapGet("/meeting", (string room, MeetingAnswers answers, IMeetingDirectory directory) =>
                answers.RoomOf(room) is not { } found ? Problems.NotFound("room")
                : directory.Find(found.Id) is { } meeting ? TypedResults.Ok(MeetingBody.From(meeting, directory))
                : Problems.NotFound("live meeting of this room"))
            .WithSummary("The live meeting, with everybody in it.")
            .Produces<MeetingBody>().ProducesProblem(StatusCodes.Status404NotFound);
        room.MapCommand("/meeting/start", by => new StartMeeting(by), "Starts the meeting without a moderator on the phone; who waits comes in.");
        room.MapCommand("/meeting/end", by => new EndMeeting(by), "Ends the meeting: all hear a goodbye and are hung up.");
        room.MapCommand("/mute-all", by => new MuteAll(by), "Closes the microphones of all but moderators; answers when the mixer has done it.");
        room.MapCommand("/lock-mics", by => new LockMicrophones(by, IsLocked: true), "Closes and locks the microphones of all but moderators, also of those who come later.");
        room.MapCommand("/unlock-mics", by => new LockMicrophones(by, IsLocked: false), "Lifts the lock of the microphones; opens none.");
        room.MapCommand("/lock", by => new LockMeeting(by, IsLocked: true), "Lets no more participants in. Moderators always come in.");
        room.MapCommand("/unlock", by => new LockMeeting(by, IsLocked: false), "Lets participants in again.");
    }

    private static void MapCommand(this RouteGroupBuilder group, string path, Func<Actor, MeetingCommand> command, string summary) =>
        group.MapPost(path, (string room, HttpContext context, MeetingAnswers answers) => answers.SendAsync(room, context, command))
            .WithSummary(summary)
            .Produces<MeetingBody>().Produces<MeetingBody>(StatusCodes.Status202Accepted).Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
}
