using System.Text.Json;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Bridges;

/// <summary>A participant as the API lists it.</summary>
/// <param name="Id">Name for requests.</param>
/// <param name="Role">participant or moderator.</param>
/// <param name="Label">Name in the list.</param>
/// <param name="Number">Masked number; empty when hidden.</param>
/// <param name="IsAdmitted">In the mix, not waiting.</param>
/// <param name="Mutes">Why the microphone is closed; empty when it is open.</param>
/// <param name="IsTalking">Heard speaking now.</param>
public sealed record RoomParticipant(
    string Id, string Role, string Label, string Number, bool IsAdmitted, IReadOnlyList<string> Mutes, bool IsTalking);

/// <summary>One room of a bridge under test, with its PINs in clear.</summary>
/// <param name="Api">The bridge's API.</param>
/// <param name="Id">Id of the room.</param>
/// <param name="ParticipantPin">PIN of participants.</param>
/// <param name="ModeratorPin">PIN of moderators.</param>
public sealed record BridgeRoom(BridgeApi Api, string Id, string ParticipantPin, string ModeratorPin)
{
    /// <summary>Creates a room.</summary>
    /// <param name="api">The bridge's API.</param>
    /// <param name="title">Title, spoken to its callers.</param>
    public static async Task<BridgeRoom> CreateAsync(BridgeApi api, string title)
    {
        JsonElement room = (await api.PostAsync("rooms", new { title })).Required().Body;
        return new BridgeRoom(
            api,
            room.GetProperty("id").GetString()!,
            room.GetProperty("participantPin").GetString()!,
            room.GetProperty("moderatorPin").GetString()!);
    }

    /// <summary>Everybody in the room's meeting, in the order of arrival.</summary>
    public async Task<IReadOnlyList<RoomParticipant>> ParticipantsAsync()
    {
        JsonElement list = (await Api.GetAsync($"rooms/{Id}/participants")).Required().Body;
        return
        [
            .. list.EnumerateArray().Select(p => new RoomParticipant(
                p.GetProperty("id").GetString()!,
                p.GetProperty("role").GetString()!,
                p.GetProperty("label").GetString() ?? string.Empty,
                p.GetProperty("number").GetString() ?? string.Empty,
                p.GetProperty("admittedAt").ValueKind == JsonValueKind.String,
                [.. p.GetProperty("mutes").EnumerateArray().Select(cause => cause.GetString()!)],
                p.GetProperty("isTalking").GetBoolean())),
        ];
    }

    /// <summary>Waits until so many are in the mix.</summary>
    /// <exception cref="TimeoutException">They are not.</exception>
    public async Task<IReadOnlyList<RoomParticipant>> WaitForAdmittedAsync(int count, TimeSpan limit)
    {
        TimeSpan end = MonotonicTime.Now + limit;
        while (true)
        {
            IReadOnlyList<RoomParticipant> now = await ParticipantsAsync();
            if (now.Count(participant => participant.IsAdmitted) >= count)
            {
                return now;
            }

            if (MonotonicTime.Now > end)
            {
                throw new TimeoutException($"{now.Count(p => p.IsAdmitted)} of {count} callers are in the room, {now.Count} in all.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>The participant whose number ends so.</summary>
    public async Task<RoomParticipant> FindAsync(string lastDigits) =>
        (await ParticipantsAsync()).Single(participant => participant.Number.EndsWith(lastDigits, StringComparison.Ordinal));

    /// <summary>Starts the meeting without a moderator on the phone.</summary>
    public async Task StartAsync() => (await Api.PostAsync($"rooms/{Id}/meeting/start")).Required();

    /// <summary>Ends the meeting.</summary>
    public async Task EndAsync() => (await Api.PostAsync($"rooms/{Id}/meeting/end")).Required();

    /// <summary>Mutes a participant.</summary>
    /// <returns>When the API answered: from then on nobody may hear the participant.</returns>
    public async Task<TimeSpan> MuteAsync(string participant)
    {
        (await Api.PostAsync($"rooms/{Id}/participants/{participant}/mute")).Required();
        return MonotonicTime.Now;
    }

    /// <summary>Asks a participant to open the microphone.</summary>
    public async Task AskToUnmuteAsync(string participant) =>
        (await Api.PostAsync($"rooms/{Id}/participants/{participant}/unmute")).Required();

    /// <summary>Removes a participant.</summary>
    public async Task RemoveAsync(string participant) => (await Api.DeleteAsync($"rooms/{Id}/participants/{participant}")).Required();

    /// <summary>Follows the room's events.</summary>
    public Task<EventStream> FollowAsync() => Api.FollowAsync($"rooms/{Id}/events");
}
