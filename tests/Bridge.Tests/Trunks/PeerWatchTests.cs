using System.Net;
using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Tests.Trunks.Locating;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Bridge.Trunks.Locating;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Tests.Trunks;

/// <summary>A peer is asked by OPTIONS, on virtual time: up and down, slowly enough that one lost answer changes nothing.</summary>
[Trait("Req", "TRA6")]
public sealed class PeerWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedNames _names = new();
    private readonly List<(TimeSpan At, SipTarget Place, string Uri)> _asked = [];
    private readonly Dictionary<string, int> _status = [];
    private readonly PeerLocator _locator;
    private readonly DateTimeOffset _begun;
    private int _changes;
    private bool _hasSent;

    public PeerWatchTests()
    {
        _begun = _time.GetUtcNow();
        _locator = new PeerLocator(_names, new TargetBars(_time), static (_, _) => true, static _ => 0);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(404, true)]
    [InlineData(405, true)]
    [InlineData(500, true)]
    [InlineData(503, false)]
    [InlineData(0, false)]
    public void Any_answer_but_503_shows_that_it_lives(int status, bool isAlive) => Assert.Equal(isAlive, PeerHealth.IsAlive(status));

    [Fact]
    public void Three_failures_are_down_and_two_answers_up_again()
    {
        PeerHealth health = new();
        bool[] rounds = [false, false, true, false, false, true, false, false, false, false, true, false, true, true, true];
        PeerVerdict[] expected =
        [
            PeerVerdict.Unknown, PeerVerdict.Unknown, PeerVerdict.Up, PeerVerdict.Up, PeerVerdict.Up, PeerVerdict.Up, PeerVerdict.Up, PeerVerdict.Up,
            PeerVerdict.Down, PeerVerdict.Down, PeerVerdict.Down, PeerVerdict.Down, PeerVerdict.Down, PeerVerdict.Up, PeerVerdict.Up,
        ];
        Assert.Equal(expected, rounds.Select(isAlive =>
        {
            health.Take(isAlive);
            return health.Verdict;
        }));
    }

    [Fact]
    public async Task It_is_asked_every_interval_and_sooner_while_in_doubt()
    {
        _status["192.0.2.1:5060"] = 200;
        using PeerWatch watch = Watch("192.0.2.1");
        Task running = watch.RunAsync();
        await PassAsync(60);
        Assert.Equal([0, 30, 60], _asked.Select(one => (int)one.At.TotalSeconds));
        Assert.Equal((PeerVerdict.Up, 1, ""), (watch.Verdict, _changes, watch.Why));

        _status["192.0.2.1:5060"] = 503;
        await PassAsync(40);
        Assert.Equal([90, 95, 100], _asked.Skip(3).Select(one => (int)one.At.TotalSeconds));
        Assert.Equal((PeerVerdict.Down, 2, "it answers OPTIONS with 503"), (watch.Verdict, _changes, watch.Why));

        _status["192.0.2.1:5060"] = 404;
        await PassAsync(40);
        Assert.Equal([130, 135], _asked.Skip(6).Select(one => (int)one.At.TotalSeconds));
        Assert.Equal((PeerVerdict.Up, 3, ""), (watch.Verdict, _changes, watch.Why));
        watch.Dispose();
        await running;
    }

    [Fact]
    public async Task What_the_peer_sends_by_itself_is_a_sign_of_life()
    {
        _hasSent = true;
        using PeerWatch watch = Watch("192.0.2.1");
        Task running = watch.RunAsync();
        await PassAsync(300);
        Assert.Equal(PeerVerdict.Up, watch.Verdict);
        _hasSent = false;
        await PassAsync(60);
        Assert.Equal((PeerVerdict.Down, "it does not answer OPTIONS"), (watch.Verdict, watch.Why));
        watch.Dispose();
        await running;
    }

    [Fact]
    [Trait("Req", "TRA5")]
    public async Task Any_place_that_answers_is_enough_and_the_one_that_failed_is_asked_last_for_a_while()
    {
        _names.Srv("_sip._tcp.peer.example", (1, 0, 5070, "a.example"), (2, 0, 5071, "b.example")).A("a.example", "192.0.2.1").A("b.example", "192.0.2.2");
        _status["192.0.2.2:5071"] = 200;
        using PeerWatch watch = Watch("peer.example", SipTransportKind.Tcp);
        Task running = watch.RunAsync();
        await PassAsync(30);
        Assert.Equal(
            ["192.0.2.1:5070", "192.0.2.2:5071", "192.0.2.2:5071"], _asked.Select(one => one.Place.EndPoint.ToString()));
        Assert.All(_asked, one => Assert.Equal((SipTransportKind.Tcp, "sip:peer.example;transport=tcp"), (one.Place.Transport, one.Uri)));
        Assert.Equal(PeerVerdict.Up, watch.Verdict);
        watch.Dispose();
        await running;
    }

    [Fact]
    public async Task A_name_that_is_not_found_is_down()
    {
        using PeerWatch watch = Watch("nobody.example");
        Task running = watch.RunAsync();
        await PassAsync(60);
        Assert.Equal((PeerVerdict.Down, "its name is not found"), (watch.Verdict, watch.Why));
        watch.Dispose();
        await running;
    }

    private PeerWatch Watch(string address, SipTransportKind transport = SipTransportKind.Udp) => new(
        new TrunkPeerOptions { Address = address, Transport = transport },
        _locator,
        (uri, place, _) =>
        {
            _asked.Add((_time.GetUtcNow() - _begun, place, uri.ToString()));
            return Task.FromResult(_status.GetValueOrDefault(place.EndPoint.ToString()));
        },
        _ => _hasSent, _time, () => _changes++);

    // The watch runs on in this thread when its timer is due: a second at a time, and never ahead of it.
    private async Task PassAsync(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
