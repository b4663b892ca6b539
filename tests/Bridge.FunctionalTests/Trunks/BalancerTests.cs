using System.Globalization;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Bridge.FunctionalTests.Trunks;

/// <summary>The bridge behind Kamailio as load balancer, which stays in the way of every call.</summary>
[Trait("Category", "Interop")]
public sealed class BalancerTests
{
    private const string Loose = "record_route()";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Req", "DLG1")]
    [InlineData(Loose)]
    [InlineData("""append_hf("Record-Route: <sip:127.0.0.1:@PORT@>\r\n")""")]       // a strict router: without ;lr
    public async Task Requests_of_both_sides_go_along_the_recorded_route(string record)
    {
        Assert.SkipUnless(KamailioServer.IsInstalled, "Kamailio is not installed.");
        await using BridgeProcess bridge = await StartBridgeAsync();
        await using KamailioServer balancer = await StartAsync(bridge, record);
        BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        await room.StartAsync();
        await using PhoneExchange exchange = new();
        await using TestPhone leaving = await CallAsync(exchange, balancer, room);
        string first = (await room.WaitForAdmittedAsync(1, TimeSpan.FromSeconds(20)))[0].Id;
        await using TestPhone removed = await CallAsync(exchange, balancer, room);
        string second = (await room.WaitForAdmittedAsync(2, TimeSpan.FromSeconds(20))).Single(participant => participant.Id != first).Id;

        Assert.Equal(200, await removed.HoldAsync());
        Assert.Equal(200, await removed.ResumeAsync());
        await leaving.HangUpAsync();
        await room.RemoveAsync(second);
        CallEnd end = await removed.Ended.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        Assert.True(end.ByPeer);

        // The bridge's BYE reached the phone by the balancer, at the phone's own address, with no route left.
        SipWire bye = removed.Requests.Single(request => request.Method == "BYE");
        Assert.Equal(2, bye.All("Via").Count());
        Assert.Contains($"127.0.0.1:{balancer.Address.Port}", bye["Via"], StringComparison.Ordinal);
        Assert.StartsWith("BYE sip:+33699", bye.StartLine, StringComparison.Ordinal);
        Assert.Empty(bye.All("Route"));

        string fromBridge = string.Create(CultureInfo.InvariantCulture, $"from {bridge.Sip.Port} ");
        await balancer.WaitForAsync($"along BYE {fromBridge}");
        Assert.Equal(2, balancer.Count("along BYE"));
        Assert.Equal(2, balancer.Count("along INVITE"));
        Assert.Equal(4, balancer.Count("along ACK"));
        Assert.Equal(0, balancer.Count("astray"));
        await BridgeFixture.WaitUntilIdleAsync(bridge, TimeSpan.FromSeconds(10));
    }

    [Fact]
    [Trait("Req", "OPT")]
    public async Task A_draining_bridge_is_taken_out_and_its_running_call_goes_on()
    {
        Assert.SkipUnless(KamailioServer.IsInstalled, "Kamailio is not installed.");
        await using BridgeProcess bridge = await StartBridgeAsync("--Shutdown:DrainDeadline=00:00:12");
        await using KamailioServer balancer = await StartAsync(bridge, Loose);
        BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        await room.StartAsync();
        await using PhoneExchange exchange = new();
        await using TestPhone running = await CallAsync(exchange, balancer, room);
        await room.WaitForAdmittedAsync(1, TimeSpan.FromSeconds(20));

        Task<int> stopping = bridge.StopAsync(TimeSpan.FromSeconds(60));
        await balancer.WaitForAsync("bridge out");
        await using TestPhone late = Phone(exchange, balancer);
        CallAnswer refused = await late.DialAsync($"sip:conference@{balancer.Address}", Cancel);
        Assert.Equal(480, refused.Status);
        Assert.Contains("No bridge is up", refused.Reason, StringComparison.Ordinal);
        Assert.False(running.Ended.IsCompleted);
        Assert.Equal(200, await running.HoldAsync());

        CallEnd end = await running.Ended.WaitAsync(TimeSpan.FromSeconds(40), Cancel);
        Assert.True(end.ByPeer);
        Assert.Equal(0, await stopping);
        Assert.Equal(0, balancer.Count("astray"));
    }

    private static Task<BridgeProcess> StartBridgeAsync(params string[] more) => BridgeProcess.StartAsync(new BridgeOptions
    {
        Arguments = ["--Sip:Trunks:0:Name=balancer", "--Sip:Trunks:0:Sources:0=127.0.0.1", .. more],
    });

    private static Task<KamailioServer> StartAsync(BridgeProcess bridge, string record) => KamailioServer.StartAsync(
        "balancer.cfg",
        new Dictionary<string, string> { ["RECORD"] = record },
        new Dictionary<string, string> { ["LIST"] = $"1 sip:{bridge.Sip} 0 0\n" });

    private static TestPhone Phone(PhoneExchange exchange, KamailioServer balancer) =>
        exchange.CreatePhone(new TestPhoneOptions { User = BridgeFixture.NewNumber(), Server = balancer.Address });

    private static async Task<TestPhone> CallAsync(PhoneExchange exchange, KamailioServer balancer, BridgeRoom room)
    {
        TestPhone phone = Phone(exchange, balancer);
        CallAnswer answer = await phone.DialAsync($"sip:conference@{balancer.Address}", Cancel);
        Assert.True(answer.Status == 200, $"{answer}\n{string.Join('\n', balancer.Output)}");
        await phone.Media.PressAsync(room.ParticipantPin);
        return phone;
    }
}
