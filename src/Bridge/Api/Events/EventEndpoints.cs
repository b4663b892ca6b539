using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Conference;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Shutdown;
using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Api.Events;

/// <summary>The streams of events, of one room or of all.</summary>
internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder api)
    {
        api.MapGet("/events", (HttpContext context, EventStreams streams) => streams.ServeAsync(context, room: null))
            .Described("Events of all meetings as a stream. Begins with a snapshot; Last-Event-ID resumes.");
        api.MapGet("/rooms/{room}/events", (string room, HttpContext context, EventStreams streams, IRoomStore rooms) =>
                RoomId.TryParse(room, out RoomId id) && rooms.Find(id) is not null
                    ? streams.ServeAsync(context, id)
                    : Task.FromResult(Problems.NotFound("room")))
            .Described("Events of a room's meetings as a stream. Begins with a snapshot; Last-Event-ID resumes.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static RouteHandlerBuilder Described(this RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithTags("Events").WithSummary(summary)
        .Produces<EventBody>(StatusCodes.Status200OK, "text/event-stream")
        .ProducesProblem(StatusCodes.Status429TooManyRequests);
}

/// <summary>Serves streams, up to the configured number at a time.</summary>
internal sealed class EventStreams(
    EventFeed feed, IMeetingDirectory directory, DrainState drain, BridgeMetrics metrics, TimeProvider time,
    IOptions<ApiOptions> options, IOptions<JsonOptions> json)
{
    private int _open;

    /// <summary>Writes a stream until its client goes, or until the bridge has no call any more and stops.</summary>
    public async Task<IResult> ServeAsync(HttpContext context, RoomId? room)
    {
        if (Interlocked.Increment(ref _open) > options.Value.MaxEventStreams)
        {
            Interlocked.Decrement(ref _open);
            return TypedResults.Problem(statusCode: StatusCodes.Status429TooManyRequests, title: "Too many event streams are open");
        }

        metrics.EventStreams(+1);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy in front must pass events on at once
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, drain.Ended);
            EventStream stream = new(feed.Log, directory, room, json.Value.SerializerOptions, options.Value.EventHeartbeat, time);
            string? lastEventId = context.Request.Headers["Last-Event-ID"].FirstOrDefault();
            await stream.WriteAsync(context.Response.Body, lastEventId, end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has gone, or we go.
        }
        finally
        {
            metrics.EventStreams(-1);
            Interlocked.Decrement(ref _open);
        }

        return TypedResults.Empty;
    }
}
