using PhoneBridge.Bridge.Conference;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Api.Meetings;

/// <summary>What may be changed of a participant.</summary>
public sealed record ParticipantChange
{
    /// <summary>Longest label [UTF-16 units].</summary>
    public const int MaxLabelLength = 80;

    /// <summary>The name in the list, 1 to 80 characters.</summary>
    public string? Label { get; init; }
}

/// <summary>The people in a meeting: list, mute, unmute, rename, remove.</summary>
internal static class ParticipantEndpoints
{
    public static void MapParticipants(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder all = api.MapGroup("/rooms/{room}/participants").WithTags("Participants").ProducesProblem(StatusCodes.Status404NotFound);
        all.MapGet("", List).WithSummary("Everybody in the room's meeting, waiting or admitted, in the order of arrival.")
            .Produces<IReadOnlyList<ParticipantBody>>();
        all.MapGet("/{participant}", Read).WithSummary("One participant.").Produces<ParticipantBody>();
        all.MapCommand("/{participant}/mute", (by, who) => new SetModeratorMute(by, who, IsMuted: true), "Closes the microphone; answers when the mixer has done it: no sample after that is heard.");
        all.MapCommand("/{participant}/unmute", (by, who) => new SetModeratorMute(by, who, IsMuted: false), "Asks the caller to open the microphone (202): it opens only by the caller's own key.");
        all.MapCommand("/{participant}/unduck", (by, who) => new Unduck(by, who), "Has a line that was ducked for a disturbance heard in full again; answers when the mixer has done it. The same kind of sound does not duck it again.");
        all.MapPatch("/{participant}", RenameAsync).WithSummary("Changes the name in the list.")
            .Produces<ParticipantBody>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);
        all.MapDelete("/{participant}", (string room, string participant, HttpContext context, MeetingAnswers answers) =>
                answers.SendAsync(room, participant, context, (by, who) => new RemoveParticipant(by, who)))
            .WithSummary("Removes the caller, who hears so and is hung up; the number is refused for two minutes.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static void MapCommand(this RouteGroupBuilder group, string path, Func<Actor, ParticipantId, MeetingCommand> command, string summary) =>
        group.MapPost(path, (string room, string participant, HttpContext context, MeetingAnswers answers) =>
                answers.SendAsync(room, participant, context, command))
            .WithSummary(summary)
            .Produces<ParticipantBody>().Produces<ParticipantBody>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status409Conflict);

    private static IResult List(string room, MeetingAnswers answers, IMeetingDirectory directory) =>
        answers.RoomOf(room) is { } found
            ? TypedResults.Ok<IReadOnlyList<ParticipantBody>>(
                [.. directory.Find(found.Id)?.Participants.Select(p => ParticipantBody.From(p, directory.Line(found.Id, p.Id))) ?? []])
            : Problems.NotFound("room");

    private static IResult Read(string room, string participant, MeetingAnswers answers, IMeetingDirectory directory)
    {
        if (answers.RoomOf(room) is not { } found)
        {
            return Problems.NotFound("room");
        }

        return ParticipantId.TryParse(participant, out ParticipantId id) && directory.Find(found.Id)?.Find(id) is { } who
            ? TypedResults.Ok(ParticipantBody.From(who, directory.Line(found.Id, id)))
            : Problems.NotFound("participant");
    }

    private static Task<IResult> RenameAsync(string room, string participant, ParticipantChange? change, HttpContext context, MeetingAnswers answers)
    {
        if (change is null)
        {
            return Task.FromResult(Problems.NoBody());
        }

        string label = SpokenText.Clean(change.Label, ParticipantChange.MaxLabelLength);
        if (label.Length == 0 || change.Label!.Length > ParticipantChange.MaxLabelLength)
        {
            return Task.FromResult(Problems.WrongField("label", $"must be 1 to {ParticipantChange.MaxLabelLength} visible characters"));
        }

        return answers.SendAsync(room, participant, context, (by, who) => new RenameParticipant(by, who, label));
    }
}
