using System.Globalization;
using Microsoft.Net.Http.Headers;
using PhoneBridge.Bridge.Conference;
using PhoneBridge.Bridge.RoomDirectory;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Api.Rooms;

/// <summary>Rooms: create, list, read, change, delete, renew a PIN.</summary>
internal static class RoomEndpoints
{
    private const int LargestPage = 500;

    public static void MapRooms(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder rooms = api.MapGroup("/rooms").WithTags("Rooms");
        rooms.MapPost("", CreateAsync).WithSummary("Makes a room with two new PINs.")
            .Produces<RoomBody>(StatusCodes.Status201Created).ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);
        rooms.MapGet("", List).WithSummary("Rooms in the order of their making; after= the last of the page before, limit= 1 to 500.")
            .Produces<RoomPage>().ProducesValidationProblem();
        rooms.MapGet("/{room}", Read).WithSummary("One room, with its PINs.")
            .Produces<RoomBody>().ProducesProblem(StatusCodes.Status404NotFound);
        rooms.MapPatch("/{room}", UpdateAsync)
            .WithSummary("Changes the fields that are given; a live meeting follows at once. If-Match with the ETag guards against others' changes.")
            .Produces<RoomBody>().ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        rooms.MapDelete("/{room}", DeleteAsync).WithSummary("Deletes the room: its PINs are dead at once, a live meeting ends.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
        rooms.MapPost("/{room}/pins/{role}/renew", RenewAsync)
            .WithSummary("Gives participant or moderator a new PIN; the old one is dead at once, callers in the meeting stay.")
            .Produces<RoomBody>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> CreateAsync(RoomFields? fields, RoomService rooms, IMeetingDirectory directory, HttpContext context)
    {
        if (fields is null)
        {
            return Problems.NoBody();
        }

        RoomReply reply = await rooms.CreateAsync(fields.Title, fields.Over(new RoomSettings()), context.RequestAborted).ConfigureAwait(false);
        return reply.Outcome == RoomOutcome.Done
            ? TypedResults.Created($"/api/v1/rooms/{reply.Room!.Id}", Show(reply.Room, directory, context))
            : Refuse(reply);
    }

    private static IResult List(string? after, string? limit, RoomService rooms, IMeetingDirectory directory)
    {
        RoomId? start = null;
        if (after is not null)
        {
            if (!RoomId.TryParse(after, out RoomId id))
            {
                return Problems.WrongField("after", "is not the id of a room");
            }

            start = id;
        }

        int size = 100;
        if (limit is not null && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is >= 1 and <= LargestPage))
        {
            return Problems.WrongField("limit", $"must be 1 to {LargestPage}");
        }

        // One more than asked for tells whether there is a next page.
        IReadOnlyList<Room> found = rooms.List(start, size + 1);
        RoomBody[] page = [.. found.Take(size).Select(r => RoomBody.From(r, directory))];
        return TypedResults.Ok(new RoomPage(page, found.Count > size ? page[^1].Id : null));
    }

    private static IResult Read(string room, RoomService rooms, IMeetingDirectory directory, HttpContext context) =>
        RoomId.TryParse(room, out RoomId id) && rooms.Find(id) is { } found
            ? TypedResults.Ok(Show(found, directory, context))
            : Problems.NotFound("room");

    private static async Task<IResult> UpdateAsync(string room, RoomFields? fields, RoomService rooms, IMeetingDirectory directory, HttpContext context)
    {
        if (fields is null)
        {
            return Problems.NoBody();
        }

        if (!RoomId.TryParse(room, out RoomId id))
        {
            return Problems.NotFound("room");
        }

        long? version = null;
        if (context.Request.GetTypedHeaders().IfMatch is [{ } tag] && tag != EntityTagHeaderValue.Any)
        {
            version = long.TryParse(tag.Tag.AsSpan().Trim('"'), out long seen) ? seen : -1; // an ETag that is none of ours matches nothing
        }

        RoomReply reply = await rooms.UpdateAsync(id, fields.Title, fields.Over, version, context.RequestAborted).ConfigureAwait(false);
        return reply.Outcome == RoomOutcome.Done ? TypedResults.Ok(Show(reply.Room!, directory, context)) : Refuse(reply);
    }

    private static async Task<IResult> DeleteAsync(string room, RoomService rooms, HttpContext context)
    {
        RoomReply reply = RoomId.TryParse(room, out RoomId id)
            ? await rooms.DeleteAsync(id, context.RequestAborted).ConfigureAwait(false)
            : new RoomReply(RoomOutcome.UnknownRoom);
        return reply.Outcome == RoomOutcome.Done ? TypedResults.NoContent() : Refuse(reply);
    }

    private static async Task<IResult> RenewAsync(string room, string role, RoomService rooms, IMeetingDirectory directory, HttpContext context)
    {
        Role? whose = role switch
        {
            "participant" => Role.Participant,
            "moderator" => Role.Moderator,
            _ => null,
        };
        if (whose is null || !RoomId.TryParse(room, out RoomId id))
        {
            return Problems.NotFound(whose is null ? "role; there are participant and moderator" : "room");
        }

        RoomReply reply = await rooms.RenewPinAsync(id, whose.Value, context.RequestAborted).ConfigureAwait(false);
        return reply.Outcome == RoomOutcome.Done ? TypedResults.Ok(Show(reply.Room!, directory, context)) : Refuse(reply);
    }

    private static RoomBody Show(Room room, IMeetingDirectory directory, HttpContext context)
    {
        context.Response.GetTypedHeaders().ETag = new EntityTagHeaderValue($"\"{room.Version}\"");
        context.Response.Headers.CacheControl = "no-store"; // PINs
        return RoomBody.From(room, directory);
    }

    private static IResult Refuse(RoomReply reply) => reply.Outcome switch
    {
        RoomOutcome.Invalid => Problems.WrongFields(RoomFields.Problems(reply.Problems)),
        RoomOutcome.UnknownRoom => Problems.NotFound("room"),
        RoomOutcome.TooMany => Problems.Conflict("There are as many rooms as Rooms:MaxRooms allows."),
        RoomOutcome.StaleVersion => TypedResults.Problem(
            statusCode: StatusCodes.Status412PreconditionFailed,
            title: "Changed by somebody else",
            detail: $"The room is at version {reply.Room!.Version}; read it again."),
        _ => throw new InvalidOperationException($"{reply.Outcome} is no refusal."),
    };
}
