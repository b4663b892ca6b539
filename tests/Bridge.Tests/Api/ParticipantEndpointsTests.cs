using System.Net;
using System.Text.Json;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Tests.Api;

public sealed class ParticipantEndpointsTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private readonly RunningBridge _bridge = fixture.Bridge;

    [Fact]
    public async Task The_list_shows_each_caller_with_masked_number_state_mutes_and_line()
    {
        (RoomId room, ParticipantId anne) = await MeetingAsync();
        JsonElement list = (await _bridge.GetAsync($"rooms/{room}/participants")).Body;
        JsonElement caller = Assert.Single(list.EnumerateArray(), p => p.GetProperty("id").GetString() == anne.ToString());
        Assert.Equal(
            ("Anne", "+33 6 •• •• •• 21", "participant", "PCMA"),
            (caller.GetProperty("label").GetString(), caller.GetProperty("number").GetString(), caller.GetProperty("role").GetString(),
                caller.GetProperty("line").GetProperty("codec").GetString()));
        Assert.Empty(caller.GetProperty("mutes").EnumerateArray());
        Assert.Equal(("none", false), (caller.GetProperty("disturbance").GetString(), caller.GetProperty("isLineBad").GetBoolean()));
        Assert.Equal(
            ["codec", "concealedPercent", "gainDb", "isEchoSuspected", "isEncrypted", "jitterMs", "levelDbov", "lossPercent", "packetsRefused", "playoutDelayMs", "rFactor", "recentLossPercent", "roundTripMs", "sampleRateHz"],
            caller.GetProperty("line").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal(JsonValueKind.Null, caller.GetProperty("waitsFor").ValueKind);
        Assert.Equal(caller.ToString(), (await _bridge.GetAsync($"rooms/{room}/participants/{anne}")).Body.ToString());
    }

    [Fact]
    public async Task Without_a_meeting_the_list_is_empty_and_commands_do_not_fit()
    {
        Answer room = await _bridge.CreateRoomAsync();
        string path = $"rooms/{room.Text("id")}";
        Assert.Equal(0, (await _bridge.GetAsync($"{path}/participants")).Body.GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, (await _bridge.GetAsync($"{path}/meeting")).Status);
        foreach (string command in (string[])["mute-all", "lock", "unlock", "lock-mics", "unlock-mics", "meeting/end"])
        {
            Answer answer = await _bridge.PostAsync($"{path}/{command}");
            Assert.Equal((command, HttpStatusCode.Conflict, "application/problem+json"), (command, answer.Status, answer.MediaType));
        }
    }

    [Fact]
    public async Task A_moderator_mutes_and_the_answer_shows_the_cause()
    {
        (RoomId room, ParticipantId anne) = await MeetingAsync();
        Answer muted = await _bridge.PostAsync($"rooms/{room}/participants/{anne}/mute");
        Assert.Equal((HttpStatusCode.OK, "moderator"), (muted.Status, muted.Body.GetProperty("mutes")[0].GetString()));
        Assert.Equal(HttpStatusCode.OK, (await _bridge.PostAsync($"rooms/{room}/participants/{anne}/mute")).Status);
    }

    [Fact]
    public async Task Unmuting_asks_the_caller_and_opens_nothing_itself()
    {
        (RoomId room, ParticipantId anne) = await MeetingAsync();
        await _bridge.PostAsync($"rooms/{room}/participants/{anne}/mute");
        Answer asked = await _bridge.PostAsync($"rooms/{room}/participants/{anne}/unmute");
        Assert.Equal((HttpStatusCode.Accepted, true, 1), (asked.Status, asked.Body.GetProperty("isAskedToUnmute").GetBoolean(), asked.Body.GetProperty("mutes").GetArrayLength()));
    }

    [Fact]
    public async Task A_mute_that_the_mixer_has_not_confirmed_in_time_is_only_accepted()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync();
        (RoomId room, ParticipantId anne) = await MeetingAsync(bridge);
        bridge.Meetings.Confirms = false;
        Assert.Equal(HttpStatusCode.Accepted, (await bridge.PostAsync($"rooms/{room}/participants/{anne}/mute")).Status);
    }

    [Fact]
    public async Task A_ducked_line_is_shown_with_its_sound_and_heard_in_full_again_on_request()
    {
        (RoomId room, ParticipantId anne) = await MeetingAsync();
        string path = $"rooms/{room}/participants/{anne}";
        await _bridge.Meetings.SendAsync(room, new ReportDisturbance(anne, DisturbingSound.Music), TestContext.Current.CancellationToken);
        Assert.Equal("music", (await _bridge.GetAsync(path)).Text("disturbance"));
        Answer lifted = await _bridge.PostAsync($"{path}/unduck");
        Assert.Equal((HttpStatusCode.OK, "none"), (lifted.Status, lifted.Text("disturbance")));
        Assert.Equal(HttpStatusCode.OK, (await _bridge.PostAsync($"{path}/unduck")).Status);
        Assert.Equal("admin", _bridge.Meetings.Commands.OfType<Unduck>().Last(c => c.Participant == anne).By.Name);
    }

    [Fact]
    public async Task Renaming_cleans_the_label_and_refuses_an_empty_one()
    {
        (RoomId room, ParticipantId anne) = await MeetingAsync();
        string path = $"rooms/{room}/participants/{anne}";
        Assert.Equal("Anne B", (await _bridge.PatchAsync(path, "{\"label\":\" Anne\\n B \"}")).Text("label"));
        foreach (string wrong in (string[])["{}", "{\"label\":\"\"}", "{\"label\":\"\\u202e\"}", $"{{\"label\":\"{new string('x', 81)}\"}}", "{\"label\":1}"])
        {
            Answer answer = await _bridge.PatchAsync(path, wrong);
            Assert.Equal((wrong, HttpStatusCode.BadRequest, 1), (wrong, answer.Status, answer.Errors("label").Length));
        }

        Assert.Single((await _bridge.PatchAsync(path, "{\"name\":\"x\"}")).Errors("name"));
        Assert.Single((await _bridge.PatchAsync(path, "")).Errors("body"));
    }

    [Fact]
    public async Task A_removed_caller_is_out_of_the_list()
    {
        (RoomId room, ParticipantId anne) = await MeetingAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await _bridge.DeleteAsync($"rooms/{room}/participants/{anne}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _bridge.GetAsync($"rooms/{room}/participants/{anne}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _bridge.DeleteAsync($"rooms/{room}/participants/{anne}")).Status);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    public async Task An_unknown_participant_gets_404(string id)
    {
        (RoomId room, _) = await MeetingAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await _bridge.GetAsync($"rooms/{room}/participants/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _bridge.PostAsync($"rooms/{room}/participants/{id}/mute")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _bridge.PostAsync($"rooms/{room}/participants/{id}/unduck")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _bridge.PatchAsync($"rooms/{room}/participants/{id}", "{\"label\":\"x\"}")).Status);
    }

    [Fact]
    public async Task Mute_all_leaves_moderators_and_the_locks_show_in_the_meeting()
    {
        (RoomId room, ParticipantId anne) = await MeetingAsync();
        JsonElement meeting = (await _bridge.PostAsync($"rooms/{room}/mute-all")).Body;
        Assert.Equal(
            [(0, "moderator"), (1, "participant")],
            meeting.GetProperty("participants").EnumerateArray().Select(p => (p.GetProperty("mutes").GetArrayLength(), p.GetProperty("role").GetString())));
        Assert.True((await _bridge.PostAsync($"rooms/{room}/lock")).Body.GetProperty("isLocked").GetBoolean());
        Assert.False((await _bridge.PostAsync($"rooms/{room}/unlock")).Body.GetProperty("isLocked").GetBoolean());
        Assert.True((await _bridge.PostAsync($"rooms/{room}/lock-mics")).Body.GetProperty("areMicrophonesLocked").GetBoolean());
        Assert.Equal("lock", (await _bridge.GetAsync($"rooms/{room}/participants/{anne}")).Body.GetProperty("mutes")[1].GetString());
        Assert.False((await _bridge.PostAsync($"rooms/{room}/unlock-mics")).Body.GetProperty("areMicrophonesLocked").GetBoolean());
    }

    [Fact]
    public async Task The_api_starts_a_meeting_lets_the_waiting_in_and_ends_it()
    {
        Answer room = await _bridge.CreateRoomAsync();
        Assert.True(RoomId.TryParse(room.Text("id"), out RoomId id));
        ParticipantId anne = ParticipantId.NewRandom();
        await _bridge.Meetings.SendAsync(id, new EnterMeeting(anne, Role.Participant, "Anne"), TestContext.Current.CancellationToken);
        Assert.Equal("notStarted", (await _bridge.GetAsync($"rooms/{id}/participants/{anne}")).Text("waitsFor"));
        Assert.Equal(HttpStatusCode.Conflict, (await _bridge.PostAsync($"rooms/{id}/participants/{anne}/mute")).Status);
        Answer started = await _bridge.PostAsync($"rooms/{id}/meeting/start");
        Assert.Equal(("running", 1), (started.Text("state"), started.Body.GetProperty("admitted").GetInt32()));
        Answer ended = await _bridge.PostAsync($"rooms/{id}/meeting/end");
        Assert.Equal((HttpStatusCode.OK, "ended"), (ended.Status, ended.Text("state")));
        Assert.Equal(HttpStatusCode.NotFound, (await _bridge.GetAsync($"rooms/{id}/meeting")).Status);
    }

    [Fact]
    public async Task Commands_bear_the_name_of_the_key()
    {
        (RoomId room, ParticipantId anne) = await MeetingAsync();
        await _bridge.PostAsync($"rooms/{room}/participants/{anne}/mute");
        Assert.Equal("admin", _bridge.Meetings.Commands.OfType<SetModeratorMute>().Last(c => c.Participant == anne).By.Name);
    }

    private Task<(RoomId Room, ParticipantId Anne)> MeetingAsync() => MeetingAsync(_bridge);

    private static async Task<(RoomId Room, ParticipantId Anne)> MeetingAsync(RunningBridge bridge)
    {
        Answer room = await bridge.CreateRoomAsync();
        Assert.True(RoomId.TryParse(room.Text("id"), out RoomId id));
        ParticipantId anne = ParticipantId.NewRandom();
        await bridge.Meetings.SendAsync(id, new EnterMeeting(ParticipantId.NewRandom(), Role.Moderator, "Chair"));
        await bridge.Meetings.SendAsync(id, new EnterMeeting(anne, Role.Participant, "Anne", "+33 6 •• •• •• 21"));
        return (id, anne);
    }
}
