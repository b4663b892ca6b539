using System.Text;
using System.Text.Json;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Bridge.FunctionalTests.Privacy;

/// <summary>A whole run at the most talkative log level: no PIN, key or full number in anything that the bridge leaves behind.</summary>
public sealed class SecretScanTests
{
    [Fact]
    public async Task Logs_metrics_files_and_ladders_hold_no_secret()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions { Arguments = ["--Telemetry:LogLevel=Trace"] });
        BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        string[] callers = ["+33612987654", "+33145678912"];
        string wrong = "987651234";
        await using (PhoneExchange exchange = new())
        {
            await using TestPhone moderator = exchange.CreatePhone(new TestPhoneOptions { User = callers[0], DisplayName = callers[0], Server = bridge.Sip });
            await moderator.DialAsync(bridge.Address(), TestContext.Current.CancellationToken);
            await moderator.Media.PressAsync(room.ModeratorPin);
            await using TestPhone participant = exchange.CreatePhone(new TestPhoneOptions
            {
                User = callers[1],
                Server = bridge.Sip,
                Headers = [("P-Asserted-Identity", $"<tel:{callers[1]}>")],
            });
            await participant.DialAsync(bridge.Address(), TestContext.Current.CancellationToken);
            await participant.Media.PressAsync(wrong);
            await Task.Delay(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken); // told that it was wrong
            await participant.Media.PressAsync(room.ParticipantPin);
            await room.WaitForAdmittedAsync(2, TimeSpan.FromSeconds(20));
            await room.MuteAsync((await room.ParticipantsAsync())[1].Id);
            await participant.Media.PressAsync("*6");
            await using TestPhone direct = exchange.CreatePhone(new TestPhoneOptions { User = callers[1], Server = bridge.Sip });
            await direct.DialAsync(bridge.Address(room.ModeratorPin), TestContext.Current.CancellationToken);
            (await bridge.Api.GetAsync("rooms")).Required();
            await bridge.Api.GetAsync("rooms/nothing");
        }

        string metrics = (await bridge.ReadMetricsAsync()).Text;
        string ladders = await ReadLaddersAsync(bridge);
        Assert.Equal(3 * 3, ladders.Split("INVITE sip:").Length - 1);
        await bridge.StopAsync(TimeSpan.FromSeconds(20));

        Dictionary<string, string> secrets = new()
        {
            ["participant PIN"] = room.ParticipantPin,
            ["moderator PIN"] = room.ModeratorPin,
            ["wrong PIN"] = wrong,
            ["API key"] = bridge.Api.Key,
            ["number of the moderator"] = callers[0][1..],
            ["number of the participant"] = callers[1][1..],
            ["national number of the moderator"] = callers[0][3..],
            ["national number of the participant"] = callers[1][3..],
        };
        Assert.NotEmpty(bridge.Log);
        foreach ((string what, string secret) in secrets)
        {
            string? line = bridge.Log.FirstOrDefault(line => line.Contains(secret, StringComparison.Ordinal));
            Assert.True(line is null, $"The log holds the {what}: {line?.Replace(secret, "…", StringComparison.Ordinal)}");
            Assert.False(metrics.Contains(secret, StringComparison.Ordinal), $"The metrics hold the {what}.");
            Assert.False(ladders.Contains(secret, StringComparison.Ordinal), $"A ladder holds the {what}.");
            foreach (string file in Directory.EnumerateFiles(bridge.DataFolder, "*", SearchOption.AllDirectories))
            {
                // The first key's text lies there for its owner to take away; nothing else may hold it.
                bool isKeyFile = what == "API key" && Path.GetFileName(file) == "api-key.txt";
                Assert.True(
                    isKeyFile || File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret)) < 0,
                    $"{Path.GetFileName(file)} holds the {what}.");
            }
        }
    }

    private static async Task<string> ReadLaddersAsync(BridgeProcess bridge)
    {
        StringBuilder all = new();
        foreach (JsonElement call in (await bridge.Api.GetAsync("calls")).Required().Body.GetProperty("calls").EnumerateArray())
        {
            foreach (string form in new[] { "messages", "messages.txt", "messages.html" })
            {
                all.Append((await bridge.Api.GetAsync($"calls/{call.GetProperty("id").GetString()}/{form}")).Required().Text);
            }
        }

        return all.ToString();
    }
}
