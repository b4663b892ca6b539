using Microsoft.AspNetCore.Http.HttpResults;
using PhoneBridge.Bridge.DialOut;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Api.Meetings;

/// <summary>Ringing people for a room's meeting ("call me"): ask, list, call off.</summary>
internal static class DialOutEndpoints
{
    public static void MapDialOut(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder all = api.MapGroup("/rooms/{room}/calls").WithTags("Dial-out").ProducesProblem(StatusCodes.Status404NotFound);
        all.MapPost("", AskAsync)
            .WithSummary("Rings a number for the running meeting. Who answers hears which meeting it is and joins by pressing 1, as participant, without a PIN.")
            .Produces<DialOutBody>(StatusCodes.Status202Accepted).ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        all.MapGet("", (string room, MeetingAnswers answers, DialOutDesk desk) => answers.RoomOf(room) is { } found
                ? TypedResults.Ok<IReadOnlyList<DialOutBody>>([.. desk.Of(found.Id).Select(DialOutBody.From)])
                : Problems.NotFound("room"))
            .WithSummary("The calls that were placed for the room and are not over, in their order.")
            .Produces<IReadOnlyList<DialOutBody>>();
        all.MapDelete("/{call}", CallOffAsync)
            .WithSummary("Calls a call off that is not in the meeting yet: it stops ringing. Afterwards, remove the participant.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> AskAsync(string room, DialOutOrder? order, HttpContext context, MeetingAnswers answers, DialOutDesk desk)
    {
        if (answers.RoomOf(room) is not { } found)
        {
            return Problems.NotFound("room");
        }

        if (order is null)
        {
            return Problems.NoBody();
        }

        if (DialOutNumbers.Read(order.Number) is not { } number)
        {
            return Problems.WrongField("number", "must be + and 7 to 15 digits, such as +33612345678");
        }

        try
        {
            DialOutReply reply = await desk.CallAsync(found, number, MeetingAnswers.ActorOf(context).Name ?? "", context.RequestAborted).ConfigureAwait(false);
            return reply.Invitation is { } invitation
                ? TypedResults.Accepted($"/api/v1/rooms/{found.Id}/calls/{invitation.Id}", DialOutBody.From(invitation))
                : Refusal(reply.Refusal!.Value);
        }
        catch (StorageException)
        {
            return Problems.Unavailable("The call could not be recorded, so nobody was rung. Try again in a moment.");
        }
    }

    private static async Task<IResult> CallOffAsync(string room, string call, HttpContext context, MeetingAnswers answers, DialOutDesk desk)
    {
        Room? found = answers.RoomOf(room);
        bool? done = found is null ? null : await desk.CallOffAsync(found.Id, call, MeetingAnswers.ActorOf(context).Name ?? "").ConfigureAwait(false);
        return done switch
        {
            null => Problems.NotFound("running call of this room"),
            false => Problems.Conflict("The person is in the meeting already: remove the participant instead."),
            _ => TypedResults.NoContent(),
        };
    }

    // Each says what to do about it.
    private static IResult Refusal(DialOutRefusal why) => why switch
    {
        DialOutRefusal.Off => Problems.Conflict("No trunk may dial out. The operator of the bridge has to give one a section DialOut."),
        DialOutRefusal.NotAllowed => TypedResults.Problem(
            statusCode: StatusCodes.Status403Forbidden,
            title: "Not allowed",
            detail: "Numbers that begin like this one may not be called. The operator of the bridge can add the prefix to DialOut:AllowedPrefixes."),
        DialOutRefusal.NoWay => Problems.Unavailable("The trunk cannot be reached now. Try again in a moment."),
        DialOutRefusal.Stopping => Problems.Unavailable("The bridge is stopping and places no more calls."),
        DialOutRefusal.NotStarted => Problems.Conflict("The meeting has not started. Start it first."),
        DialOutRefusal.Locked => Problems.Conflict("The meeting is locked. Unlock it first."),
        DialOutRefusal.Full => Problems.Conflict("The room is full, counting those who are being called. Raise its number of participants, or wait for a seat."),
        DialOutRefusal.CalledAlready => Problems.Conflict("This number is being called for this room already. Wait for the answer, or call it off."),
        DialOutRefusal.TrunkBusy => TooMany("The trunk has as many calls of ours as it may. Wait until one is over."),
        DialOutRefusal.RoomBudgetSpent => TooMany("The room has made as many calls as it may in an hour or a day. Wait, or have people call in."),
        DialOutRefusal.BudgetSpent => TooMany("The bridge has made as many calls as it may in a day. Wait, or have people call in."),
        _ => Problems.Unavailable("The bridge has no line free for another call. Try again in a moment."),
    };

    private static ProblemHttpResult TooMany(string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status429TooManyRequests, title: "Too many calls", detail: detail);
}
