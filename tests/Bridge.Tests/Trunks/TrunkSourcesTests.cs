using System.Net;
using System.Net.Sockets;
using System.Text;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Tests.Api;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Protection;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Tests.Trunks;

/// <summary>The end points know the trunks' addresses, those of registrars among them; what the settings say of others is done.</summary>
[Trait("Req", "TRA4")]
public sealed class TrunkSourcesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trunks_and_registrars_are_known_and_a_registrar_that_moves_is_followed()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync(
            ["--Sip:Trunks:0:Name=a", "--Sip:Trunks:0:Sources:0=192.0.2.0/24", "--Sip:Trunks:0:CallsPerSecond=7", "--Sip:Trunks:1:Name=b", "--Sip:Trunks:1:Sources:0=198.51.100.1", "--Sip:Trunks:1:Sources:1=sip.example.net"]);
        SipGuard guard = bridge.Get<CallService>().Endpoint.Guard;
        Assert.Equal([(7, 14), (0, 1)], guard.Sources.Peers.Select(peer => (peer.CallsPerSecond, peer.Burst)));
        Assert.Equal(["192.0.2.0/24", "198.51.100.1/32"], guard.Sources.Peers.SelectMany(peer => peer.Networks).Select(network => network.ToString()));

        bridge.Get<TrunkTables>().SetAddresses("sip.example.net", [IPAddress.Parse("203.0.113.9"), IPAddress.Parse("2001:db8::9")]);
        Assert.Equal(["198.51.100.1/32", "203.0.113.9/32", "2001:db8::9/128"], guard.Sources.Peers[1].Networks.Select(network => network.ToString()));
    }

    [Fact]
    public async Task Trunks_that_are_reloaded_are_known_at_once_and_what_becomes_of_others_follows_them()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync([]);
        SipGuard guard = bridge.Get<CallService>().Endpoint.Guard;
        Assert.Equal(SipStrangers.Accept, guard.Options.Strangers);
        SipOptions next = new() { Trunks = [new TrunkOptions { Name = "a", Sources = ["192.0.2.1"], CallsPerSecond = 3 }], Strangers = Strangers.Refuse };
        bridge.Get<TrunkTables>().Replace(next, new Dictionary<string, IPAddress[]>());
        Assert.Equal(("a", 3, SipStrangers.Refuse), (guard.Sources.Peers.Single().Name, guard.Sources.Peers.Single().CallsPerSecond, guard.Options.Strangers));
    }

    [Fact]
    public async Task A_ban_is_in_the_api_and_lifted_there()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync(["--Sip:Trunks:0:Name=a", "--Sip:Trunks:0:Sources:0=192.0.2.1"]);
        Assert.Equal("[]", (await bridge.GetAsync("bans")).Body.GetRawText());
        SipEndpoint endpoint = bridge.Get<CallService>().Endpoint;
        using Socket scanner = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        scanner.Bind(new IPEndPoint(IPAddress.Parse("127.4.5.6"), 0));
        IPEndPoint target = endpoint.Bound.First(bound => bound.Transport == SipTransportKind.Udp).EndPoint;
        for (int i = 0; i < 25; i++)
        {
            scanner.SendTo(Encoding.ASCII.GetBytes("OPTIONS sip:1@127.0.0.1 SIP/2.0\r\n\r\n"), target);
        }

        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        while (endpoint.Counters.DropsOf(SipDropReason.Banned) < 5)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
        }

        Answer bans = await bridge.GetAsync("bans");
        System.Text.Json.JsonElement ban = Assert.Single(bans.Body.EnumerateArray());
        Assert.Equal(("127.4.5.6", 32, 5), (ban.GetProperty("address").GetString(), ban.GetProperty("prefixLength").GetInt32(), ban.GetProperty("dropped").GetInt32()));
        Assert.Equal(10, (ban.GetProperty("until").GetDateTimeOffset() - ban.GetProperty("bannedAt").GetDateTimeOffset()).TotalMinutes, 0.1);
        string metrics = await bridge.Anonymous.GetStringAsync("/metrics", Cancel);
        Assert.Matches("phonebridge_sip_bans_total[^ ]* 1", metrics);
        Assert.Matches("phonebridge_sip_drops_total\\{[^}]*reason=\"Stranger\"[^}]*\\} 20", metrics);

        Assert.Equal(HttpStatusCode.NoContent, (await bridge.DeleteAsync("bans/127.4.5.6")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bridge.DeleteAsync("bans/127.4.5.6")).Status);
        Assert.NotEmpty((await bridge.DeleteAsync("bans/somebody")).Errors("address"));
        Assert.Equal("[]", (await bridge.GetAsync("bans")).Body.GetRawText());
    }

    [Theory]
    [InlineData(null, Strangers.Silent, 0, SipStrangers.Accept)]
    [InlineData(null, Strangers.Silent, 1, SipStrangers.Silent)]
    [InlineData(null, Strangers.Refuse, 1, SipStrangers.Refuse)]
    [InlineData(true, Strangers.Silent, 1, SipStrangers.Accept)]
    [InlineData(false, Strangers.Silent, 0, SipStrangers.Silent)]
    public void What_becomes_of_strangers_follows_from_the_settings(bool? accepts, Strangers strangers, int trunks, SipStrangers expected)
    {
        SipOptions options = new()
        {
            AcceptUnknownSources = accepts,
            Strangers = strangers,
            Trunks = [.. Enumerable.Range(0, trunks).Select(_ => new TrunkOptions())],
        };
        SipGuardOptions guard = Protection.From(options, () => TimeSpan.Zero);
        Assert.Equal((expected, 5, 20, 20), (guard.Strangers, guard.StrangerCallsPerSecond, guard.StrangerBurst, guard.BanAttempts));
        options.UnknownTrunk.CallsPerSecond = 0;
        Assert.Equal(0, Protection.From(options, () => TimeSpan.Zero).StrangerCallsPerSecond);
    }
}
