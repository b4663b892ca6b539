using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Bridge.Trunks.Locating;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Tests.Trunks.Locating;

/// <summary>Where a SIP URI is reached (RFC 3263), on scripted names and virtual time.</summary>
[Trait("Req", "TRA5")]
public sealed class PeerLocatorTests
{
    private readonly ScriptedNames _names = new();
    private readonly FakeTimeProvider _time = new();
    private readonly TargetBars _bars;
    private Func<SipTransportKind, AddressFamily, bool> _hasWay = static (_, _) => true;

    public PeerLocatorTests() => _bars = new TargetBars(_time);

    [Theory]
    [InlineData("sip:u@192.0.2.1", "Udp 192.0.2.1:5060")]
    [InlineData("sip:u@192.0.2.1;transport=tcp", "Tcp 192.0.2.1:5060")]
    [InlineData("sip:u@[2001:db8::1]:5070", "Udp [2001:db8::1]:5070")]
    [InlineData("sip:u@host.example:5070", "Udp 192.0.2.9:5070")]
    [InlineData("sip:u@host.example:5070;transport=TCP", "Tcp 192.0.2.9:5070")]
    [InlineData("sip:u@host.example", "Udp 192.0.2.9:5060")]
    [InlineData("sip:u@host.example;transport=tcp", "Tcp 192.0.2.9:5060")]
    [InlineData("sip:u@host.example;transport=sctp", "")]
    [InlineData("sip:u@host.example;transport=7", "")]
    [InlineData("sips:u@host.example", "Tls 192.0.2.9:5061")]
    [InlineData("sips:u@host.example;transport=tcp", "Tls 192.0.2.9:5061")]
    [InlineData("sip:u@192.0.2.1;transport=tls", "Tls 192.0.2.1:5061")]
    [InlineData("tel:+33123456789", "")]
    [InlineData("sip:u@nobody.example", "")]
    public async Task Without_SRV_records_an_address_and_the_usual_port_serve(string uri, string expected)
    {
        _names.A("host.example", "192.0.2.9");
        Assert.Equal(expected, Text(await LocateAsync(uri)));
        if (uri.Contains("5070", StringComparison.Ordinal))
        {
            Assert.DoesNotContain(_names.Asked, asked => asked.Kind is NameRecordKind.Srv or NameRecordKind.Naptr);
        }
    }

    [Fact]
    public async Task NAPTR_chooses_the_transport_SRV_the_hosts_in_the_order_of_their_priority()
    {
        _names.Naptr(
                "example.net", (20, 0, "s", "sip+d2u", "_sip._udp.example.net"), (10, 5, "s", "sip+d2t", "tcp.example.net"), (10, 0, "s", "sips+d2t", "tls.example.net"),
                (1, 0, "u", "e2u+sip", ""))
            .Srv("tcp.example.net", (20, 0, 5071, "b.example.net"), (10, 0, 5070, "a.example.net"))
            .Srv("tls.example.net", (0, 0, 5061, "b.example.net"))
            .Srv("_sip._udp.example.net", (0, 0, 5072, "a.example.net"))
            .A("a.example.net", "192.0.2.1").Aaaa("a.example.net", "2001:db8::1").A("b.example.net", "192.0.2.2");
        Assert.Equal(
            "Tls 192.0.2.2:5061, Tcp 192.0.2.1:5070, Tcp [2001:db8::1]:5070, Tcp 192.0.2.2:5071, Udp 192.0.2.1:5072, Udp [2001:db8::1]:5072", Text(await LocateAsync("sip:example.net")));
    }

    [Fact]
    public async Task Without_NAPTR_the_SRV_records_of_each_transport_are_looked_for()
    {
        _names.Srv("_sip._tcp.example.net", (0, 0, 5070, "a.example.net")).A("a.example.net", "192.0.2.1");
        Assert.Equal("Tcp 192.0.2.1:5070", Text(await LocateAsync("sip:example.net")));
    }

    [Fact]
    public async Task A_service_that_is_not_offered_gives_no_place_and_what_we_cannot_reach_is_left_out()
    {
        _names.Srv("_sip._udp.example.net", (0, 0, 5060, "")).A("example.net", "192.0.2.1").Aaaa("example.net", "2001:db8::1");
        _hasWay = static (_, family) => family == AddressFamily.InterNetwork;
        Assert.Equal("Udp 192.0.2.1:5060", Text(await LocateAsync("sip:example.net;transport=udp")));
    }

    [Fact]
    public async Task Of_a_flood_of_records_only_a_few_places_are_made()
    {
        _names.Srv("_sip._udp.example.net", [.. Enumerable.Range(1, 60).Select(i => (i, 0, 5060, $"h{i}.example.net"))]);
        for (int i = 1; i <= 60; i++)
        {
            _names.A($"h{i}.example.net", $"192.0.2.{i}", $"198.51.100.{i}");
        }

        Assert.Equal(16, (await LocateAsync("sip:example.net;transport=udp")).Count);
        Assert.InRange(_names.Asked.Count, 1, 40);
    }

    [Fact]
    public async Task A_place_that_failed_stands_last_for_a_while()
    {
        _names.A("host.example", "192.0.2.1", "192.0.2.2");
        IReadOnlyList<SipTarget> places = await LocateAsync("sip:host.example");
        _bars.Bar(places[0]);
        Assert.Equal("Udp 192.0.2.2:5060, Udp 192.0.2.1:5060", Text(await LocateAsync("sip:host.example")));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.True(_bars.IsBarred(places[0]));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Udp 192.0.2.1:5060, Udp 192.0.2.2:5060", Text(await LocateAsync("sip:host.example")));
        _bars.Bar(places[0]);
        _bars.Lift(places[0]);
        Assert.False(_bars.IsBarred(places[0]));
    }

    [Fact]
    public void Weights_share_the_calls_and_priorities_come_first()
    {
        NameRecord.Service[] services = [new(2, 9, 1, "backup"), new(1, 30, 1, "heavy"), new(1, 10, 1, "light"), new(1, 0, 1, "spare")];
        Random random = new(7);
        Dictionary<string, int> first = [];
        for (int i = 0; i < 4000; i++)
        {
            string[] order = [.. ServiceOrder.Of(services, max => random.Next(max + 1)).Select(s => s.Target)];
            Assert.Equal((4, "backup"), (order.Distinct().Count(), order[^1]));
            first[order[0]] = first.GetValueOrDefault(order[0]) + 1;
        }

        Assert.InRange(first["heavy"], 2700, 3200);
        Assert.InRange(first["light"], 800, 1200);
        Assert.InRange(first["spare"], 20, 250);
    }

    [Fact]
    public async Task Answers_are_kept_as_long_as_they_live_and_beyond_while_the_name_servers_are_gone()
    {
        using NameCache cache = new(_names, _time);
        _names.Set("host.example", NameRecordKind.A, 120, new NameRecord.Address(IPAddress.Parse("192.0.2.1")));
        await AssertKeptAsync(cache, "192.0.2.1", askedBy: 1);
        _time.Advance(TimeSpan.FromSeconds(119));
        await AssertKeptAsync(cache, "192.0.2.1", askedBy: 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        _names.IsGone = true;
        await AssertKeptAsync(cache, "192.0.2.1", askedBy: 2);
        await AssertKeptAsync(cache, "192.0.2.1", askedBy: 2);      // not asked again at once
        _time.Advance(TimeSpan.FromDays(3));
        await AssertKeptAsync(cache, "192.0.2.1", askedBy: 3);
        _names.IsGone = false;
        _names.Set("host.example", NameRecordKind.A, 0, new NameRecord.Address(IPAddress.Parse("192.0.2.2")));
        _time.Advance(TimeSpan.FromSeconds(10));
        await AssertKeptAsync(cache, "192.0.2.2", askedBy: 4);
    }

    [Theory]
    [InlineData(1, 10)]             // a floor, so that a life of nothing is no flood of questions
    [InlineData(1_000_000, 3600)]   // and a ceiling
    public async Task Lives_have_a_floor_and_a_ceiling(int life, int kept)
    {
        using NameCache cache = new(_names, _time);
        _names.Set("host.example", NameRecordKind.A, life, new NameRecord.Address(IPAddress.Parse("192.0.2.1")));
        await AssertKeptAsync(cache, "192.0.2.1", askedBy: 1);
        _time.Advance(TimeSpan.FromSeconds(kept - 1));
        await AssertKeptAsync(cache, "192.0.2.1", askedBy: 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        await AssertKeptAsync(cache, "192.0.2.1", askedBy: 2);
    }

    [Fact]
    public async Task A_flood_of_names_does_not_fill_the_memory()
    {
        using NameCache cache = new(_names, _time);
        for (int i = 0; i < 3000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await cache.AskAsync($"h{i}.example", NameRecordKind.A, TestContext.Current.CancellationToken);
        }

        int before = _names.Asked.Count;
        await cache.AskAsync("h0.example", NameRecordKind.A, TestContext.Current.CancellationToken);
        Assert.Equal(before + 1, _names.Asked.Count);   // made room long ago
    }

    private async Task AssertKeptAsync(NameCache cache, string address, int askedBy)
    {
        NameAnswer answer = await cache.AskAsync("host.example", NameRecordKind.A, TestContext.Current.CancellationToken);
        Assert.Equal([new NameRecord.Address(IPAddress.Parse(address))], answer.Records);
        Assert.Equal(askedBy, _names.Asked.Count);
    }

    private Task<IReadOnlyList<SipTarget>> LocateAsync(string uri)
    {
        Assert.True(SipUri.TryParse(uri, out SipUri? read));
        return new PeerLocator(_names, _bars, _hasWay, static _ => 0).LocateAsync(read, TestContext.Current.CancellationToken);
    }

    private static string Text(IReadOnlyList<SipTarget> targets) => string.Join(", ", targets.Select(t => $"{t.Transport} {t.EndPoint}"));
}
