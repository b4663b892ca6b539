using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using PhoneBridge.Bridge.Shutdown;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Tests.Api;

public sealed class EventStreamTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private readonly RunningBridge _bridge = fixture.Bridge;

    [Fact]
    public async Task A_stream_begins_with_the_meeting_and_goes_on_with_every_event()
    {
        RoomId room = await RoomAsync();
        await EnterAsync(room, Role.Moderator, "Chair");
        await using Reader reader = await Reader.OpenAsync(_bridge, $"rooms/{room}/events");
        SseItem<string> snapshot = await reader.NextAsync();
        Assert.Equal("snapshot", snapshot.EventType);
        JsonElement meeting = Assert.Single(Json(snapshot).GetProperty("meetings").EnumerateArray());
        Assert.Equal(1, meeting.GetProperty("admitted").GetInt32());
        long revision = meeting.GetProperty("revision").GetInt64();

        ParticipantId anne = await EnterAsync(room, Role.Participant, "Anne");
        await _bridge.PostAsync($"rooms/{room}/participants/{anne}/mute");
        SseItem<string> admitted = await reader.NextAsync();
        SseItem<string> muted = await reader.NextAsync();
        Assert.Equal(("admitted", "Anne", revision + 1), (admitted.EventType, Json(admitted).GetProperty("label").GetString(), Json(admitted).GetProperty("revision").GetInt64()));
        Assert.Equal("mutes", muted.EventType);
        JsonElement change = Assert.Single(Json(muted).GetProperty("changes").EnumerateArray());
        Assert.Equal((anne.ToString(), "moderator", "api"), (change.GetProperty("participant").GetString(), change.GetProperty("mutes")[0].GetString(), Json(muted).GetProperty("by").GetString()));
    }

    [Fact]
    public async Task A_disturbance_and_a_bad_line_are_told_with_the_callers_name()
    {
        RoomId room = await RoomAsync();
        await EnterAsync(room, Role.Moderator, "Chair");
        ParticipantId anne = await EnterAsync(room, Role.Participant, "Anne");
        await using Reader reader = await Reader.OpenAsync(_bridge, $"rooms/{room}/events");
        await reader.NextAsync();
        await _bridge.Meetings.SendAsync(room, new ReportDisturbance(anne, DisturbingSound.Tone), TestContext.Current.CancellationToken);
        await _bridge.Meetings.SendAsync(room, new ReportLine(anne, IsBad: true), TestContext.Current.CancellationToken);
        await _bridge.PostAsync($"rooms/{room}/participants/{anne}/unduck");
        JsonElement[] told = [Json(await reader.NextAsync()), Json(await reader.NextAsync()), Json(await reader.NextAsync())];
        Assert.All(told, e => Assert.Equal((anne.ToString(), "Anne"), (e.GetProperty("participant").GetString(), e.GetProperty("label").GetString())));
        Assert.Equal(("disturbance", "tone", "bridge"), (told[0].GetProperty("type").GetString(), told[0].GetProperty("disturbance").GetString(), told[0].GetProperty("by").GetString()));
        Assert.Equal(("badLine", true), (told[1].GetProperty("type").GetString(), told[1].GetProperty("isOn").GetBoolean()));
        Assert.Equal(("disturbance", "none", "api"), (told[2].GetProperty("type").GetString(), told[2].GetProperty("disturbance").GetString(), told[2].GetProperty("by").GetString()));
    }

    [Fact]
    public async Task A_stream_of_one_room_shows_nothing_of_another()
    {
        (RoomId mine, RoomId other) = (await RoomAsync(), await RoomAsync());
        await using Reader reader = await Reader.OpenAsync(_bridge, $"rooms/{mine}/events");
        Assert.Equal(0, Json(await reader.NextAsync()).GetProperty("meetings").GetArrayLength());
        await EnterAsync(other, Role.Moderator, "Elsewhere");
        await EnterAsync(mine, Role.Moderator, "Here");
        Assert.Equal(mine.ToString(), Json(await reader.NextAsync()).GetProperty("room").GetString());
    }

    [Fact]
    public async Task A_lost_connection_resumes_without_a_gap_and_without_a_snapshot()
    {
        RoomId room = await RoomAsync();
        string? last;
        await using (Reader reader = await Reader.OpenAsync(_bridge, $"rooms/{room}/events"))
        {
            await reader.NextAsync();
            await EnterAsync(room, Role.Moderator, "Chair");
            await reader.NextAsync();
            last = reader.LastEventId;
        }

        await EnterAsync(room, Role.Participant, "While away");
        await using Reader again = await Reader.OpenAsync(_bridge, $"rooms/{room}/events", last);
        SseItem<string> missed = await again.NextAsync();
        while (Json(missed).TryGetProperty("label", out JsonElement label) is false || label.GetString() != "While away")
        {
            Assert.NotEqual("snapshot", missed.EventType);
            missed = await again.NextAsync();
        }

        Assert.Equal("admitted", missed.EventType);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("aaaaaaaaaaaa-5")]
    public async Task A_strange_last_id_begins_with_a_snapshot(string lastEventId)
    {
        await using Reader reader = await Reader.OpenAsync(_bridge, "events", lastEventId);
        Assert.Equal("snapshot", (await reader.NextAsync()).EventType);
    }

    [Fact]
    public async Task A_quiet_stream_carries_signs_of_life()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync(["--Api:EventHeartbeat=00:00:01"]);
        using HttpResponseMessage response = await bridge.Client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using StreamReader lines = new(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        string? line;
        do
        {
            line = await lines.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line is not null && !line.StartsWith(':'));

        Assert.Equal(": nothing new", line);
    }

    [Fact]
    public async Task More_streams_than_allowed_get_429_until_one_is_closed()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync(["--Api:MaxEventStreams=1"]);
        await using (Reader first = await Reader.OpenAsync(bridge, "events"))
        {
            await first.NextAsync();
            using HttpResponseMessage refused = await bridge.Client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        }

        HttpStatusCode status;
        do
        {
            using HttpResponseMessage response = await bridge.Client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            status = response.StatusCode;
        }
        while (status == HttpStatusCode.TooManyRequests && !TestContext.Current.CancellationToken.IsCancellationRequested);

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task Streams_end_when_the_calls_are_gone_so_that_the_bridge_can_stop()
    {
        RunningBridge bridge = await RunningBridge.StartAsync();
        await using (bridge)
        {
            await using Reader reader = await Reader.OpenAsync(bridge, "events");
            await reader.NextAsync();
            bridge.Get<DrainState>().BeginDraining();
            bridge.Get<DrainState>().SetEnded();
            Assert.False(await reader.HasNextAsync());
        }
    }

    private async Task<RoomId> RoomAsync()
    {
        Answer room = await _bridge.CreateRoomAsync();
        Assert.True(RoomId.TryParse(room.Text("id"), out RoomId id));
        return id;
    }

    private async Task<ParticipantId> EnterAsync(RoomId room, Role role, string label)
    {
        ParticipantId who = ParticipantId.NewRandom();
        await _bridge.Meetings.SendAsync(room, new EnterMeeting(who, role, label), TestContext.Current.CancellationToken);
        return who;
    }

    private static JsonElement Json(SseItem<string> item)
    {
        using JsonDocument document = JsonDocument.Parse(item.Data);
        return document.RootElement.Clone();
    }

    /// <summary>A stream read by the framework's own parser of server-sent events.</summary>
    private sealed class Reader : IAsyncDisposable
    {
        private readonly HttpResponseMessage _response;
        private readonly SseParser<string> _parser;
        private readonly IAsyncEnumerator<SseItem<string>> _items;

        private Reader(HttpResponseMessage response, Stream stream)
        {
            _response = response;
            _parser = SseParser.Create(stream);
            _items = _parser.EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        }

        public string LastEventId => _parser.LastEventId;

        public static async Task<Reader> OpenAsync(RunningBridge bridge, string path, string? lastEventId = null)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/" + path);
            if (lastEventId is not null)
            {
                request.Headers.Add("Last-Event-ID", lastEventId);
            }

            HttpResponseMessage response = await bridge.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            return new Reader(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        }

        public ValueTask<bool> HasNextAsync() => _items.MoveNextAsync();

        public async Task<SseItem<string>> NextAsync()
        {
            Assert.True(await _items.MoveNextAsync(), "the stream ended");
            return _items.Current;
        }

        public async ValueTask DisposeAsync()
        {
            await _items.DisposeAsync();
            _response.Dispose();
        }
    }
}
