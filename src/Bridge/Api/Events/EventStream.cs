using System.Text.Json;
using PhoneBridge.Bridge.Api.Meetings;
using PhoneBridge.Bridge.Conference;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Api.Events;

/// <summary>Writes one stream of server-sent events (WHATWG HTML §9.2).</summary>
/// <remarks>
/// It begins with one <c>snapshot</c> for each live meeting, unless the client presents the id of the last event it has and all
/// that followed is still kept. A client that is too slow for the log gets snapshots again.
/// </remarks>
/// <param name="log">Where the events are.</param>
/// <param name="directory">Where the snapshots are.</param>
/// <param name="room">The room to follow; null for all.</param>
/// <param name="json">How bodies are written.</param>
/// <param name="heartbeat">How often a quiet stream carries a sign of life.</param>
/// <param name="time">Clock of the heartbeat.</param>
internal sealed class EventStream(
    EventLog log, IMeetingDirectory directory, RoomId? room, JsonSerializerOptions json, TimeSpan heartbeat, TimeProvider time)
{
    // Revisions up to these are in the snapshots that were sent; their events may still come out of the log.
    private readonly Dictionary<MeetingId, long> _seen = [];

    /// <summary>Writes until the client goes or the token is cancelled.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="lastEventId">What the client sent as <c>Last-Event-ID</c>; null or anything else begins with snapshots.</param>
    /// <param name="cancellation">Ends the stream.</param>
    public async Task WriteAsync(Stream output, string? lastEventId, CancellationToken cancellation)
    {
        await using StreamWriter writer = new(output, leaveOpen: true) { NewLine = "\n" };
        if (lastEventId is null || !EventPosition.TryParse(lastEventId, out EventPosition position))
        {
            position = default;
        }

        while (!cancellation.IsCancellationRequested)
        {
            switch (log.Read(ref position, out MeetingUpdate? update, out Task more))
            {
                case EventRead.Event:
                    await WriteEventAsync(writer, position, update!).ConfigureAwait(false);
                    break;

                case EventRead.Gone:
                    position = log.End(); // before the snapshots: what happens in between comes twice and is told apart by its revision
                    await WriteSnapshotsAsync(writer, position).ConfigureAwait(false);
                    break;

                case EventRead.Nothing:
                    await writer.FlushAsync(cancellation).ConfigureAwait(false);
                    try
                    {
                        await more.WaitAsync(heartbeat, time, cancellation).ConfigureAwait(false);
                    }
                    catch (TimeoutException)
                    {
                        await writer.WriteLineAsync(": nothing new\n").ConfigureAwait(false);
                    }

                    break;
            }
        }
    }

    private async Task WriteEventAsync(StreamWriter writer, EventPosition position, MeetingUpdate update)
    {
        bool isKnown = _seen.TryGetValue(update.Meeting, out long revision) && update.Event!.Revision <= revision;
        if (isKnown || (room is not null && room != update.Room))
        {
            return;
        }

        EventBody body = EventBody.From(update.Room, update.Meeting, update.Event!);
        await WriteAsync(writer, position, body.Type, JsonSerializer.Serialize(body, json)).ConfigureAwait(false);
        if (update.Event is MeetingEnded)
        {
            _seen.Remove(update.Meeting);
        }
    }

    private async Task WriteSnapshotsAsync(StreamWriter writer, EventPosition position)
    {
        _seen.Clear();
        MeetingSnapshot[] meetings = room is { } one
            ? directory.Find(one) is { } live ? [live] : []
            : [.. directory.Live];
        await WriteAsync(writer, position, "snapshot", JsonSerializer.Serialize(
            new SnapshotBody([.. meetings.Select(m => MeetingBody.From(m, directory))]), json)).ConfigureAwait(false);
        foreach (MeetingSnapshot meeting in meetings)
        {
            _seen[meeting.Meeting] = meeting.Revision;
        }
    }

    private static async Task WriteAsync(StreamWriter writer, EventPosition position, string type, string data)
    {
        await writer.WriteLineAsync($"id: {position}").ConfigureAwait(false);
        await writer.WriteLineAsync($"event: {type}").ConfigureAwait(false);
        await writer.WriteLineAsync($"data: {data}\n").ConfigureAwait(false); // one line: the serialiser escapes line breaks
    }
}

/// <summary>The state on which the events that follow build.</summary>
/// <param name="Meetings">Every live meeting that the stream follows; none: nobody is there.</param>
public sealed record SnapshotBody(IReadOnlyList<MeetingBody> Meetings);
