using System.Text.Json;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>What is written down of real calls.</summary>
public sealed class CallRecordTests
{
    [Fact]
    public async Task Each_call_leaves_its_record_also_when_it_is_refused_or_the_bridge_dies()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            Arguments =
            [
                "--Sip:Trunks:0:Name=carrier",
                "--Sip:Trunks:0:Sources:0=127.0.0.1",
                "--Sip:Trunks:0:PinInRequestUri=true",
                "--Shutdown:DrainDeadline=00:02:00",
                "--Sip:Trunks:0:Numbers:0:Number=+33123456789",
            ],
        });
        await using PhoneExchange exchange = new();
        BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        string number = BridgeFixture.NewNumber();

        // One comes into the room by its PIN and hangs up, two are refused, one is there when the bridge dies.
        await using (TestPhone guest = NewPhone(bridge, exchange, number))
        {
            Assert.Equal(200, await DialAsync(guest, bridge, room.ModeratorPin));
            await room.WaitForAdmittedAsync(1, CallsFixture.Soon);
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken); // its line is measured once a second
            await guest.HangUpAsync();
        }

        await using (TestPhone lost = NewPhone(bridge, exchange, number))
        {
            Assert.Equal(404, await DialAsync(lost, bridge, "+33987654321"));
        }

        await using (TestPhone mistaken = NewPhone(bridge, exchange, number))
        {
            Assert.Equal(404, await DialAsync(mistaken, bridge, "+" + room.ParticipantPin));
        }

        await using TestPhone last = NewPhone(bridge, exchange, number);
        Assert.Equal(200, await DialAsync(last, bridge, "0123456789"));
        await CallsFixture.WaitUntilAsync(
            async () => await ReadAsync(bridge) is [_, _, _, var running] && Text(running, "end") is null && Text(running, "trunk") == "carrier",
            "all of them are on the disk");
        await bridge.CrashAsync();
        await bridge.StartAgainAsync();

        JsonElement[] calls = [];
        await CallsFixture.WaitUntilAsync(
            async () => (calls = await ReadAsync(bridge)) is [_, _, _, var dead] && Text(dead, "end") == "bridgeDied", "the call of the dead bridge is closed");
        string masked = $"+33 6 •• •• •• {number[^2..]}";
        Assert.All(calls, call => Assert.Equal(("carrier", "inbound", masked), (Text(call, "trunk"), Text(call, "direction"), Text(call, "caller"))));

        JsonElement first = calls[0];
        Assert.Equal(
            ("callerHungUp", room.Id, "moderator", "PCMA", null),
            (Text(first, "end"), Text(first, "room"), Text(first, "role"), Text(first, "codec"), Text(first, "called")));
        Assert.InRange(first.GetProperty("setupMs").GetDouble(), 0, 10_000);
        Assert.True(first.GetProperty("arrivedAt").GetDateTimeOffset() <= first.GetProperty("answeredAt").GetDateTimeOffset());
        Assert.True(first.GetProperty("answeredAt").GetDateTimeOffset() < first.GetProperty("endedAt").GetDateTimeOffset());
        Assert.InRange(first.GetProperty("lossPercent").GetDouble(), 0, 100);

        Assert.Equal(("refused", "+33987654321", 404), (Text(calls[1], "end"), Text(calls[1], "called"), calls[1].GetProperty("sipStatus").GetInt32()));
        Assert.Equal(("refused", null, 404), (Text(calls[2], "end"), Text(calls[2], "called"), calls[2].GetProperty("sipStatus").GetInt32()));
        Assert.Equal(("+33123456789", null), (Text(calls[3], "called"), Text(calls[3], "endedAt")));

        string all = (await bridge.Api.GetAsync("calls")).Text + (await bridge.Api.GetAsync("calls.csv")).Text;
        Assert.Contains(room.Id, all, StringComparison.Ordinal);
        Assert.DoesNotContain(number[3..], all, StringComparison.Ordinal);
        Assert.DoesNotContain(room.ModeratorPin, all, StringComparison.Ordinal);
        Assert.DoesNotContain(room.ParticipantPin, all, StringComparison.Ordinal);

        // A bridge that stops writes down whom it refused meanwhile, and how its last call ended.
        await using TestPhone late = NewPhone(bridge, exchange, number);
        Assert.Equal(200, await DialAsync(late, bridge, "0123456789"));
        Task<int> stopping = bridge.StopAsync(TimeSpan.FromSeconds(60));
        await CallsFixture.WaitUntilAsync(
            async () => (await bridge.Api.GetAsync("status")).Body.GetProperty("phase").GetString() == "draining", "the bridge drains");
        await using (TestPhone tooLate = NewPhone(bridge, exchange, number))
        {
            Assert.Equal(503, await DialAsync(tooLate, bridge, "0123456789"));
        }

        bridge.Process.Terminate();             // the second time: now
        Assert.Equal(0, await stopping);
        await bridge.StartAgainAsync();
        calls = await ReadAsync(bridge);
        Assert.Equal(("serviceStopping", "refused"), (Text(calls[^2], "end"), Text(calls[^1], "end")));
        Assert.NotNull(Text(calls[^2], "endedAt"));
        Assert.Equal(("+33123456789", 503), (Text(calls[^1], "called"), calls[^1].GetProperty("sipStatus").GetInt32()));
    }

    private static TestPhone NewPhone(BridgeProcess bridge, PhoneExchange exchange, string number) =>
        exchange.CreatePhone(new TestPhoneOptions { User = number, Server = bridge.Sip });

    private static async Task<int> DialAsync(TestPhone phone, BridgeProcess bridge, string user) =>
        (await phone.DialAsync(bridge.Address(user), TestContext.Current.CancellationToken)).Status;

    private static async Task<JsonElement[]> ReadAsync(BridgeProcess bridge) =>
        [.. (await bridge.Api.GetAsync("calls")).Required().Body.GetProperty("calls").EnumerateArray()];

    private static string? Text(JsonElement call, string field) => call.GetProperty(field).GetString();
}
