using System.Text.Json;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>What the ladders show of real calls.</summary>
[Trait("Req", "LADDER")]
public sealed class LadderTests
{
    [Fact]
    public async Task A_call_and_a_refused_one_show_their_messages_in_order_and_nothing_of_the_caller()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            Arguments =
            [
                "--Sip:Trunks:0:Name=carrier",
                "--Sip:Trunks:0:Sources:0=127.0.0.1",
                "--Sip:Trunks:0:PinInRequestUri=true",
                "--Sip:Trunks:0:Numbers:0:Number=+33123456789",
            ],
        });
        await using PhoneExchange exchange = new();
        BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        string number = BridgeFixture.NewNumber();
        await using (TestPhone guest = exchange.CreatePhone(new TestPhoneOptions { User = number, Server = bridge.Sip }))
        {
            Assert.Equal(200, (await guest.DialAsync(bridge.Address(room.ModeratorPin), TestContext.Current.CancellationToken)).Status);
            await room.WaitForAdmittedAsync(1, CallsFixture.Soon);
            await guest.HangUpAsync();
        }

        await using (TestPhone lost = exchange.CreatePhone(new TestPhoneOptions { User = number, Server = bridge.Sip }))
        {
            Assert.Equal(404, (await lost.DialAsync(bridge.Address("+33987654321"), TestContext.Current.CancellationToken)).Status);
        }

        string[] ids = [];
        await CallsFixture.WaitUntilAsync(async () => (ids = await EndedAsync(bridge)).Length == 2, "both records are there");
        JsonElement ladder = (await bridge.Api.GetAsync($"calls/{ids[0]}/messages")).Required().Body;
        Assert.Equal(
            ["received INVITE (SDP)", "sent 100 Trying (INVITE)", "sent 200 OK (INVITE, SDP)", "received ACK", "received BYE", "sent 200 OK (BYE)"],
            Steps(ladder));
        string[] marks = [.. ladder.GetProperty("marks").EnumerateArray().Select(m => $"{m.GetProperty("kind").GetString()} {m.GetProperty("detail").GetString()}".Trim())];
        Assert.Equal(
            ["legOpened 1", "codec PCMA", "answered", "pinTried 1", "pinAccepted moderator", "admitted", "ended callerHungUp"],
            marks.Where(m => m is not ("voiceHeard" or "left hungUp")));
        double[] times = [.. ladder.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("afterMs").GetDouble())];
        Assert.Equal(0, times[0]);
        Assert.Equal(times.Order(), times);

        Assert.Equal(["INVITE (SDP)", "404 Not Found (INVITE)", "ACK"], Steps((await bridge.Api.GetAsync($"calls/{ids[1]}/messages")).Required().Body)
            .Where(step => !step.Contains("100 Trying", StringComparison.Ordinal)).Select(step => step[(step.IndexOf(' ', StringComparison.Ordinal) + 1)..]));

        string text = (await bridge.Api.GetAsync($"calls/{ids[0]}/messages.txt")).Required().Text;
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Assert.Matches("INVITE \\(SDP\\) ─+▶│", text);
        Assert.Matches("│◀─+ 200 OK \\(BYE\\)", text);
        foreach (string secret in new[] { room.ModeratorPin, number[1..], number[3..] })
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, ladder.GetRawText(), StringComparison.Ordinal);
        }
    }

    private static string[] Steps(JsonElement ladder) =>
    [
        .. ladder.GetProperty("messages").EnumerateArray()
            .Where(m => !m.GetProperty("isRepeated").GetBoolean())
            .Select(m => $"{m.GetProperty("direction").GetString()} {m.GetProperty("label").GetString()}"),
    ];

    private static async Task<string[]> EndedAsync(BridgeProcess bridge) =>
    [
        .. (await bridge.Api.GetAsync("calls")).Required().Body.GetProperty("calls").EnumerateArray()
            .Where(call => call.GetProperty("end").GetString() is not null)
            .Select(call => call.GetProperty("id").GetString()!),
    ];
}
