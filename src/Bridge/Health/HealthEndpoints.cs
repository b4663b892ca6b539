using Microsoft.AspNetCore.Http.HttpResults;
using PhoneBridge.Bridge.Shutdown;

namespace PhoneBridge.Bridge.Health;

/// <summary>Answer of the health pages.</summary>
/// <param name="Status"><c>ready</c>, <c>not ready</c> or <c>draining</c>; <c>live</c> on the live page.</param>
/// <param name="Things">Every outside thing with its state.</param>
public sealed record HealthReport(string Status, IReadOnlyList<HealthThing> Things);

/// <summary>One outside thing on the health page, in the words of the log.</summary>
/// <param name="Name">Which.</param>
/// <param name="State">How it is.</param>
/// <param name="Reason">Why; empty when it works.</param>
/// <param name="Since">Wall time of the last change.</param>
/// <param name="Required">Whether the bridge is not ready without it.</param>
public sealed record HealthThing(OutsideThing Name, HealthState State, string Reason, DateTimeOffset Since, bool Required);

/// <summary><c>/health/live</c> and <c>/health/ready</c>, open to all who reach the port: they hold no secret.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", (HealthBoard board) => Report("live", board))
            .WithTags("Health").WithSummary("Whether the process works. 200 as long as it answers.");
        routes.MapGet("/health/ready", Ready)
            .WithTags("Health").WithSummary("Whether calls can be taken: 200, or 503 with the reasons, also while draining.")
            .Produces<HealthReport>().Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
    }

    private static JsonHttpResult<HealthReport> Ready(HealthBoard board, DrainState drain)
    {
        bool ready = board.IsReady && !drain.IsDraining;
        HealthReport report = Report(drain.IsDraining ? "draining" : ready ? "ready" : "not ready", board);
        return TypedResults.Json(report, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static HealthReport Report(string status, HealthBoard board) =>
        new(status, [.. board.Read().Select(e => new HealthThing(e.Thing, e.State, e.Reason, e.Since, e.IsRequired))]);
}
