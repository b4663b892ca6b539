using System.Net;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Bridge.Tests.CallRecords;
using PhoneBridge.Bridge.Tests.CallTraces;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Bridge.Tests.Api;

/// <summary>The messages of calls in their three forms, over HTTP.</summary>
[Trait("Req", "LADDER")]
public sealed class CallLadderEndpointsTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private const string Invite =
        "INVITE sip:123456789@h SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: \"A\" <sip:+33612345621@h>;tag=1\n"
        + "To: <sip:123456789@h>\nCall-ID: {0}\nCSeq: 1 INVITE\nUser-Agent: <script>alert(\"1\")</script>&amp;";

    private readonly RunningBridge _bridge = fixture.Bridge;

    [Fact]
    public async Task As_json_each_message_comes_in_its_parts()
    {
        CallRecord call = HandIn("json");
        JsonElement ladder = (await _bridge.GetAsync($"calls/{call.Id}/messages")).Body;
        Assert.Equal((call.Id.ToString(), "json", "carrier", 0), (Text(ladder, "id"), Text(ladder, "callId"), Text(ladder, "trunk"), ladder.GetProperty("messagesDropped").GetInt32()));
        JsonElement[] messages = [.. ladder.GetProperty("messages").EnumerateArray()];
        Assert.Equal(["INVITE", "404 Not Found (INVITE)"], messages.Select(m => Text(m, "label")));
        Assert.Equal(("received", "udp", "192.0.2.10:5070", false), (Text(messages[0], "direction"), Text(messages[0], "transport"), Text(messages[0], "peer"), messages[0].GetProperty("isRepeated").GetBoolean()));
        Assert.Equal("INVITE sip:•••@h SIP/2.0", Text(messages[0], "startLine"));
        Assert.Equal("From: \"•••\" <sip:+33 6 •• •• •• 21@h>;tag=1", messages[0].GetProperty("headers")[2].GetString());
        Assert.Equal(0, messages[0].GetProperty("body").GetArrayLength());
        JsonElement mark = Assert.Single(ladder.GetProperty("marks").EnumerateArray());
        Assert.Equal(("refused", "404"), (Text(mark, "kind"), Text(mark, "detail")));
    }

    [Theory]
    [InlineData("messages.txt", null, "en", "Call ", "refused with: 404")]
    [InlineData("messages", "text/plain", "fr-FR,fr;q=0.9,en;q=0.5", "Appel ", "refusé avec : 404")]
    [InlineData("messages", "text/plain, application/json;q=0.5", "de, en;q=0.5, fr;q=0.1", "Call ", "refused with: 404")]
    public async Task As_text_it_is_a_ladder_in_the_readers_language(string path, string? accept, string language, string title, string mark)
    {
        CallRecord call = HandIn("text-" + Guid.NewGuid().ToString("N"));
        using HttpResponseMessage response = await SendAsync($"calls/{call.Id}/{path}", accept, language);
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.True(response.Headers.CacheControl?.NoStore);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(title + call.Id, text, StringComparison.Ordinal);
        Assert.Matches("   1 +0\\.0  │─+ INVITE ─+▶│  udp 192\\.0\\.2\\.10:5070\n   2 +[0-9.]+  │◀─+ 404 Not Found \\(INVITE\\) ─+│\n +[0-9.]+  ·  " + mark, text);
    }

    [Fact]
    public async Task As_a_page_it_is_a_table_with_headings_and_everything_is_escaped()
    {
        CallRecord call = HandIn("page");
        using HttpResponseMessage response = await SendAsync($"calls/{call.Id}/messages.html", null, "fr");
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        using XmlReader reader = XmlReader.Create(
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, Async = true });
        XDocument page = await XDocument.LoadAsync(reader, LoadOptions.None, TestContext.Current.CancellationToken);
        Assert.Equal("fr", page.Root!.Attribute("lang")!.Value);
        Assert.Equal(["N°", "ms", "Sens", "Quoi", "Correspondant"], page.Descendants("th").Select(th => th.Value));
        Assert.All(page.Descendants("th"), th => Assert.Equal("col", th.Attribute("scope")!.Value));
        Assert.Equal(3, page.Descendants("tbody").Single().Elements("tr").Count());
        Assert.Empty(page.Descendants("script"));
        Assert.Contains("User-Agent: <script>alert(\"1\")</script>&amp;", page.Descendants("pre").First().Value, StringComparison.Ordinal);
        Assert.All(page.Descendants("a"), a => Assert.Single(page.Descendants("h3"), h => "#" + h.Attribute("id")!.Value == a.Attribute("href")!.Value));
    }

    [Fact]
    public async Task An_unknown_call_gets_404_and_without_a_key_nothing_is_shown()
    {
        CallRecord call = HandIn("secret");
        foreach (string form in new[] { "messages", "messages.txt", "messages.html" })
        {
            Answer answer = await _bridge.GetAsync($"calls/{CallId.New(DateTimeOffset.UnixEpoch)}/{form}");
            Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.Status, answer.MediaType));
            Assert.Equal(HttpStatusCode.NotFound, (await _bridge.GetAsync($"calls/x/{form}")).Status);
            using HttpResponseMessage response = await _bridge.Anonymous.GetAsync($"/api/v1/calls/{call.Id}/{form}", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Fact]
    public async Task Switched_off_nothing_is_kept()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync(["--Telemetry:CallTraces:Calls=0"]);
        CallRecord call = HandIn("off", bridge);
        Assert.Equal(HttpStatusCode.NotFound, (await bridge.GetAsync($"calls/{call.Id}/messages")).Status);
    }

    [Fact]
    public async Task The_description_names_the_forms()
    {
        using JsonDocument document = JsonDocument.Parse(await _bridge.Anonymous.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        JsonElement paths = document.RootElement.GetProperty("paths");
        foreach ((string path, string[] forms) in new[] { ("messages", new[] { "application/json", "text/plain", "text/html" }), ("messages.txt", ["text/plain"]), ("messages.html", ["text/html"]) })
        {
            JsonElement ok = paths.GetProperty("/api/v1/calls/{id}/" + path).GetProperty("get").GetProperty("responses").GetProperty("200");
            Assert.Equal(forms, ok.GetProperty("content").EnumerateObject().Select(c => c.Name));
        }
    }

    private CallRecord HandIn(string callId, RunningBridge? bridge = null)
    {
        CallTraceRecorder ladders = (bridge ?? _bridge).Get<CallTraceRecorder>();
        SipRequest invite = (SipRequest)Messages.Parse(Invite.Replace("{0}", callId, StringComparison.Ordinal));
        CallRecord call = SampleCalls.Arrived();
        ladders.OnRequest(invite, Messages.Flow, isSent: false);
        ladders.OnBegun(callId, call);
        ladders.OnResponse(SipResponse.For(invite, 404, toTag: "2"), Messages.Flow, isSent: true);
        ladders.OnMark(call.Id, CallMarkKind.Refused, "404");
        ladders.OnEnded(call);
        return call;
    }

    private static string? Text(JsonElement body, string field) => body.GetProperty(field).GetString();

    private async Task<HttpResponseMessage> SendAsync(string path, string? accept, string language)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/" + path);
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        request.Headers.AcceptLanguage.ParseAdd(language);
        HttpResponseMessage response = await _bridge.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }
}
