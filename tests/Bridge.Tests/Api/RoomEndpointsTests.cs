using System.Net;
using System.Text;
using System.Text.Json;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Tests.Api;

public sealed class RoomEndpointsTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private readonly RunningBridge _bridge = fixture.Bridge;

    [Fact]
    public async Task A_new_room_has_two_pins_of_nine_digits_and_the_defaults()
    {
        Answer created = await _bridge.CreateRoomAsync("Conseil d’école");
        Assert.Equal("Conseil d’école", created.Text("title"));
        Assert.Matches("^[1-9][0-9]{8}$", created.Text("participantPin"));
        Assert.Matches("^[1-9][0-9]{8}$", created.Text("moderatorPin"));
        Assert.NotEqual(created.Text("participantPin"), created.Text("moderatorPin"));
        Assert.Equal(("fr", 280, true), (created.Text("language"), created.Body.GetProperty("maxDurationMinutes").GetInt32(), created.Body.GetProperty("requireModerator").GetBoolean()));
        Answer read = await _bridge.GetAsync($"rooms/{created.Text("id")}");
        Assert.Equal((HttpStatusCode.OK, created.Body.ToString(), "\"1\""), (read.Status, read.Body.ToString(), read.ETag));
    }

    [Fact]
    public async Task A_change_touches_only_the_fields_that_are_given()
    {
        Answer created = await _bridge.CreateRoomAsync(more: ",\"maxParticipants\":12,\"language\":\"en\"");
        Answer changed = await _bridge.PatchAsync($"rooms/{created.Text("id")}", "{\"muteOnEntry\":true,\"maxWaitMinutes\":5}");
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal(
            ("Conseil", "en", 12, true, 5, 2L, "\"2\""),
            (changed.Text("title"), changed.Text("language"), changed.Body.GetProperty("maxParticipants").GetInt32(), changed.Body.GetProperty("muteOnEntry").GetBoolean(),
                changed.Body.GetProperty("maxWaitMinutes").GetInt32(), changed.Body.GetProperty("version").GetInt64(), changed.ETag));
    }

    [Fact]
    public async Task A_change_of_a_version_that_was_changed_in_between_is_refused()
    {
        Answer created = await _bridge.CreateRoomAsync();
        string path = $"rooms/{created.Text("id")}";
        Assert.Equal(HttpStatusCode.OK, (await _bridge.SendAsync(HttpMethod.Patch, path, "{\"title\":\"A\"}", ifMatch: "\"1\"")).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await _bridge.SendAsync(HttpMethod.Patch, path, "{\"title\":\"B\"}", ifMatch: "\"1\"")).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await _bridge.SendAsync(HttpMethod.Patch, path, "{\"title\":\"B\"}", ifMatch: "\"abc\"")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _bridge.SendAsync(HttpMethod.Patch, path, "{\"title\":\"C\"}", ifMatch: "*")).Status);
        Assert.Equal("C", (await _bridge.GetAsync(path)).Text("title"));
    }

    [Theory]
    [InlineData("{}", "title")]
    [InlineData("{\"title\":null}", "title")]
    [InlineData("{\"title\":\"\"}", "title")]
    [InlineData("{\"title\":\"\\u200b\\u0007\"}", "title")]
    [InlineData("{\"title\":5}", "title")]
    [InlineData("{\"title\":\"x\",\"titel\":\"y\"}", "titel")]
    [InlineData("{\"title\":\"x\",\"title\":\"y\"}", "title")]
    [InlineData("{\"title\":\"x\",\"participantPin\":\"123456789\"}", "participantPin")]
    [InlineData("{\"title\":\"x\",\"language\":\"de\"}", "language")]
    [InlineData("{\"title\":\"x\",\"maxParticipants\":1}", "maxParticipants")]
    [InlineData("{\"title\":\"x\",\"maxParticipants\":\"12\"}", "maxParticipants")]
    [InlineData("{\"title\":\"x\",\"maxParticipants\":1e9}", "maxParticipants")]
    [InlineData("{\"title\":\"x\",\"maxParticipants\":99999999999}", "maxParticipants")]
    [InlineData("{\"title\":\"x\",\"maxDurationMinutes\":-2147483648}", "maxDurationMinutes")]
    [InlineData("{\"title\":\"x\",\"waitingReminderSeconds\":2147483647}", "waitingReminderSeconds")]
    [InlineData("{\"title\":\"x\",\"maxWaitMinutes\":0}", "maxWaitMinutes")]
    [InlineData("{\"title\":\"x\",\"muteOnEntry\":\"yes\"}", "muteOnEntry")]
    [InlineData("{\"title\":\"x\",", "body")]
    [InlineData("", "body")]
    [InlineData("null", "body")]
    [InlineData("[]", "body")]
    public async Task A_wrong_field_gets_400_with_its_name(string json, string field)
    {
        int before = _bridge.Get<IRoomStore>().Count;
        Answer answer = await _bridge.PostAsync("rooms", json);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.True(answer.Errors(field).Length == 1, answer.Body.ToString());
        Assert.DoesNotContain("PhoneBridge", answer.Body.ToString(), StringComparison.Ordinal); // no names of ours
        Assert.Equal(before, _bridge.Get<IRoomStore>().Count);
    }

    [Fact]
    public async Task All_wrong_fields_are_named_at_once()
    {
        Answer answer = await _bridge.PostAsync("rooms", "{\"title\":\"\",\"language\":\"xx\",\"maxParticipants\":0}");
        Assert.Equal(
            ["language", "maxParticipants", "title"],
            answer.Body.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_title_that_is_too_long_is_refused_and_a_hostile_one_cleaned()
    {
        Assert.Single((await _bridge.PostAsync("rooms", $"{{\"title\":\"{new string('x', 201)}\"}}")).Errors("title"));
        Answer cleaned = await _bridge.CreateRoomAsync("a\\r\\nb\\u202e$(reboot)\\u0000<b>");
        Assert.Equal("a b$(reboot)<b>", cleaned.Text("title"));
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_of_another_type_is_refused_as_a_problem()
    {
        Answer large = await _bridge.PostAsync("rooms", $"{{\"title\":\"{new string('x', 70_000)}\"}}");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "application/problem+json"), (large.Status, large.MediaType));
        using StringContent text = new("title=x", Encoding.UTF8, "text/plain");
        using HttpResponseMessage response = await _bridge.Client.PostAsync("/api/v1/rooms", text, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/pins/moderator/renew")]
    [InlineData("GET", "/meeting")]
    [InlineData("GET", "/participants")]
    [InlineData("GET", "/participants/0123456789abcdef0123456789abcdef")]
    [InlineData("GET", "/events")]
    [InlineData("POST", "/mute-all")]
    [InlineData("POST", "/meeting/start")]
    public async Task An_unknown_room_gets_404_everywhere(string method, string rest)
    {
        foreach (string id in (string[])[RoomId.NewRandom().ToString(), "x", "%2e%2e%2f", new string('A', 2000)])
        {
            Answer answer = await _bridge.SendAsync(new HttpMethod(method), $"rooms/{id}{rest}", method == "PATCH" ? "{}" : null);
            Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.Status, answer.MediaType));
        }
    }

    [Theory]
    [InlineData("participant", "participantPin", "moderatorPin")]
    [InlineData("moderator", "moderatorPin", "participantPin")]
    public async Task Renewing_changes_one_pin_and_leaves_the_other(string role, string renewed, string kept)
    {
        Answer before = await _bridge.CreateRoomAsync();
        Answer after = await _bridge.PostAsync($"rooms/{before.Text("id")}/pins/{role}/renew");
        Assert.Equal(HttpStatusCode.OK, after.Status);
        Assert.NotEqual(before.Text(renewed), after.Text(renewed));
        Assert.Equal(before.Text(kept), after.Text(kept));
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("Moderator")]
    [InlineData("1")]
    public async Task There_are_two_roles(string role)
    {
        Answer room = await _bridge.CreateRoomAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await _bridge.PostAsync($"rooms/{room.Text("id")}/pins/{role}/renew")).Status);
    }

    [Fact]
    public async Task A_deleted_room_is_gone()
    {
        Answer room = await _bridge.CreateRoomAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await _bridge.DeleteAsync($"rooms/{room.Text("id")}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _bridge.GetAsync($"rooms/{room.Text("id")}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _bridge.DeleteAsync($"rooms/{room.Text("id")}")).Status);
    }

    [Fact]
    public async Task Pages_lead_through_all_rooms_once()
    {
        HashSet<string> made = [];
        for (int i = 0; i < 5; i++)
        {
            made.Add((await _bridge.CreateRoomAsync($"Page {i}")).Text("id"));
        }

        List<string> seen = [];
        string? next = "";
        while (next is not null)
        {
            Answer page = await _bridge.GetAsync($"rooms?limit=2{(next.Length == 0 ? "" : "&after=" + next)}");
            Assert.Equal(HttpStatusCode.OK, page.Status);
            JsonElement[] rooms = [.. page.Body.GetProperty("rooms").EnumerateArray()];
            Assert.True(rooms.Length <= 2);
            seen.AddRange(rooms.Select(r => r.GetProperty("id").GetString()!));
            next = page.Body.GetProperty("next").GetString();
        }

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Empty(made.Except(seen));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("after=x", "after")]
    public async Task Wrong_paging_gets_400_with_the_name(string query, string field)
    {
        Answer answer = await _bridge.GetAsync($"rooms?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.True(answer.Errors(field).Length == 1, answer.Body.ToString());
    }

    [Fact]
    public async Task More_rooms_than_allowed_are_refused()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync(["--Rooms:MaxRooms=1"]);
        await bridge.CreateRoomAsync();
        Assert.Equal(HttpStatusCode.Conflict, (await bridge.PostAsync("rooms", "{\"title\":\"Second\"}")).Status);
    }

    [Fact]
    public async Task The_owner_sees_whether_a_meeting_is_live()
    {
        Answer room = await _bridge.CreateRoomAsync();
        Assert.Equal(JsonValueKind.Null, room.Body.GetProperty("meeting").ValueKind);
        Assert.True(RoomId.TryParse(room.Text("id"), out RoomId id));
        await _bridge.Meetings.SendAsync(id, new EnterMeeting(ParticipantId.NewRandom(), Role.Participant, "Anne"), TestContext.Current.CancellationToken);
        JsonElement meeting = (await _bridge.GetAsync($"rooms/{id}")).Body.GetProperty("meeting");
        Assert.Equal(("notStarted", 0, 1), (meeting.GetProperty("state").GetString(), meeting.GetProperty("admitted").GetInt32(), meeting.GetProperty("waiting").GetInt32()));
    }
}
