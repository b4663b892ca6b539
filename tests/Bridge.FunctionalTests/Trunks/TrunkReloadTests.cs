using System.Net;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Trunks;

/// <summary>SIGHUP puts other trunks in force while a call runs.</summary>
[Trait("Req", "TRA4")]
public sealed class TrunkReloadTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_running_call_goes_on_and_the_new_trunk_takes_the_next_one()
    {
        Write("""{ "Name": "first", "Sources": ["127.0.0.1"] }""");
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions { Arguments = ["--config", _file] });
        BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        await room.StartAsync();
        await using PhoneExchange exchange = new();
        await using TestPhone running = await CallAsync(exchange, bridge, room);
        await room.WaitForAdmittedAsync(1, TimeSpan.FromSeconds(20));

        // A mistake changes nothing.
        Write("""{ "Name": "first", "Sources": ["127.0.0.1/99"] }""");
        bridge.Process.Reload();
        await bridge.Process.WaitForLineAsync(line => line.Contains("the trunks stay as they were", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        Assert.Contains(bridge.Log, line => line.Contains("Sip:Trunks:0:Sources:0: '127.0.0.1/99' is neither", StringComparison.Ordinal));
        Assert.Equal(["first"], await NamesAsync(bridge));

        Write("""{ "Name": "second", "Sources": ["127.0.0.1"] }""");
        bridge.Process.Reload();
        await bridge.Process.WaitForLineAsync(line => line.Contains("added: second; removed: first", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        Assert.Equal(["second"], await NamesAsync(bridge));
        await using TestPhone late = await CallAsync(exchange, bridge, room);
        await room.WaitForAdmittedAsync(2, TimeSpan.FromSeconds(20));
        Assert.False(running.Ended.IsCompleted);

        BridgeMetricsPage metrics = await bridge.ReadMetricsAsync();
        Assert.Equal(1, metrics.Sum("phonebridge_calls_arrived_total", "trunk=\"first\""));
        Assert.Equal(1, metrics.Sum("phonebridge_calls_arrived_total", "trunk=\"second\""));
        ApiAnswer shown = (await bridge.Api.GetAsync("trunks/second")).Required();
        Assert.Equal(1, shown.Body.GetProperty("callsNow").GetInt32());
        Assert.True(shown.Body.GetProperty("setUpMeanMs").GetDouble() > 0);
        Assert.Equal(0, (await bridge.ReadMetricsAsync()).Sum("phonebridge_sip_faults_total"));
    }

    private static async Task<TestPhone> CallAsync(PhoneExchange exchange, BridgeProcess bridge, BridgeRoom room)
    {
        TestPhone phone = exchange.CreatePhone(new TestPhoneOptions { User = BridgeFixture.NewNumber(), Server = bridge.Sip });
        CallAnswer answer = await phone.DialAsync(bridge.Address(), Cancel);
        Assert.Equal(200, answer.Status);
        await phone.Media.PressAsync(room.ParticipantPin);
        return phone;
    }

    private void Write(string trunks) => File.WriteAllText(_file, $$"""{ "Sip": { "Trunks": [ {{trunks}} ] } }""");

    private static async Task<string[]> NamesAsync(BridgeProcess bridge) =>
        [.. (await bridge.Api.GetAsync("trunks")).Required().Body.GetProperty("trunks").EnumerateArray().Select(trunk => trunk.GetProperty("name").GetString()!)];
}
