using System.Globalization;
using System.Net;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Protection;

/// <summary>SIPVicious, the scanner that most scans are made with, looks for the bridge and for numbers on it.</summary>
[Trait("Category", "Interop")]
[Trait("Req", "TRA4")]
[Trait("Req", "T13")]
public sealed class ScannerTests
{
    private static readonly IPAddress Trunk = IPAddress.Parse("127.0.0.2");     // the scanner itself is at 127.0.0.1
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_scanner_finds_neither_the_bridge_nor_a_number()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/svmap"), "SIPVicious is not installed.");
        await using BridgeProcess bridge = await StartBridgeAsync("Silent");
        string map = await RunAsync("svmap", "-p", Port(bridge), "127.0.0.1");
        Assert.DoesNotContain(Port(bridge), map, StringComparison.Ordinal);
        foreach (string method in new[] { "REGISTER", "OPTIONS", "INVITE" })
        {
            string numbers = await RunAsync("svwar", "--force", "-m", method, "-e", "100-140,33123456789", "-p", Port(bridge), "127.0.0.1");
            Assert.DoesNotContain("| 1", numbers, StringComparison.Ordinal);
            Assert.DoesNotContain("33123456789", numbers, StringComparison.Ordinal);
        }

        BridgeMetricsPage metrics = await bridge.ReadMetricsAsync();
        Assert.Equal(0, metrics.SumOrZero("phonebridge_sip_responses_total"));
        Assert.InRange(metrics.Sum("phonebridge_sip_drops_total", "reason=\"Stranger\""), 1, 1000);

        // The trunk has seen nothing of it.
        await using PhoneExchange exchange = new(Trunk);
        await using TestPhone phone = exchange.CreatePhone(new TestPhoneOptions { User = BridgeFixture.NewNumber(), Server = bridge.Sip });
        Assert.Equal(200, (await phone.DialAsync(bridge.Address("+33123456789"), Cancel)).Status);
    }

    [Fact]
    public async Task Where_strangers_are_refused_a_scanner_finds_no_number()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/svmap"), "SIPVicious is not installed.");
        await using BridgeProcess bridge = await StartBridgeAsync("Refuse");
        string numbers = await RunAsync("svwar", "--force", "-m", "INVITE", "-e", "100-140,33123456789,200-240", "-p", Port(bridge), "127.0.0.1");
        Assert.DoesNotContain("33123456789", numbers, StringComparison.Ordinal);
        BridgeMetricsPage metrics = await bridge.ReadMetricsAsync();
        Assert.Equal(metrics.Sum("phonebridge_sip_responses_total"), metrics.Sum("phonebridge_sip_responses_total", "status=\"403\""));
        Assert.Equal(0, metrics.SumOrZero("phonebridge_calls_arrived_total"));
    }

    [Fact]
    public async Task The_same_scanner_finds_a_bridge_that_takes_calls_of_everybody()
    {
        // Without this the test above could pass because the scanner does not work.
        Assert.SkipUnless(File.Exists("/usr/bin/svmap"), "SIPVicious is not installed.");
        await using BridgeProcess bridge = await BridgeProcess.StartAsync();
        Assert.Contains(Port(bridge), await RunAsync("svmap", "-p", Port(bridge), "127.0.0.1"), StringComparison.Ordinal);
    }

    private static Task<BridgeProcess> StartBridgeAsync(string strangers) => KnownTrunk.StartBridgeAsync(
        $"--Sip:Trunks:0:Sources:0={Trunk}", "--Sip:Trunks:0:Numbers:0:Number=+33123456789", $"--Sip:Strangers={strangers}");

    private static string Port(BridgeProcess bridge) => bridge.Sip.Port.ToString(CultureInfo.InvariantCulture);

    private static async Task<string> RunAsync(string tool, params string[] arguments)
    {
        await using OwnedProcess process = OwnedProcess.Start(tool, arguments);
        await process.WaitForExitAsync(Limit);
        return string.Join('\n', process.Output);
    }
}
