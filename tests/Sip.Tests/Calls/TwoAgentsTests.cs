using System.Net;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Tests.Calls.Simulation;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>One bridge of ours calls another, over links that lose, repeat and reorder.</summary>
public sealed class TwoAgentsTests
{
    private static readonly IPEndPoint There = new(IPAddress.Parse("192.0.2.2"), 5060);

    private readonly SimulatedNetwork _network;
    private readonly SimulatedBridge _caller;
    private readonly SimulatedBridge _callee;

    public TwoAgentsTests()
        : this(seed: 1, default)
    {
    }

    private TwoAgentsTests(int seed, LinkQuality quality)
    {
        _network = new SimulatedNetwork(seed, quality);
        _caller = new SimulatedBridge(_network, new SimulatedApp());
        _callee = new SimulatedBridge(_network, new SimulatedApp(), address: There);
    }

    [Theory]
    [Trait("Req", "DLG8")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_call_of_280_minutes_is_refreshed_and_ends_cleanly_from_either_side(bool isEndedByCaller)
    {
        AppCall call = Place();
        _network.Run(280 * 60);
        Assert.Equal(["answer", "confirmed"], call.Heard);
        SimulatedBridge ending = isEndedByCaller ? _caller : _callee;
        ending.App.Only.Call.HangUp(SipHangUp.Normal);
        ending.Flush();
        _network.RunToEnd();
        AssertOver();
        Assert.True(_caller.Counters.RequestsReceivedOf("UPDATE") + _callee.Counters.RequestsReceivedOf("UPDATE") >= 18);
    }

    [Fact]
    [Trait("Req", "DLG9")]
    public void It_rings_reliably_where_that_is_demanded()
    {
        _callee.App.OnCall = static call => call.Call.Ring();
        AppCall call = Place();
        Assert.Equal(["progress"], call.Heard);
        Assert.Equal(0, _callee.Counters.RequestsReceivedOf("PRACK"));      // known, not demanded
        End(call);
    }

    [Fact]
    [Trait("Req", "DLG4")]
    public void Offers_that_cross_are_both_made_good()
    {
        AppCall call = Place();
        call.Call.SendOffer(Descriptions.Ours);
        _callee.App.Only.Call.SendOffer(Descriptions.Ours);
        _caller.Flush();
        _callee.Flush();
        _network.Run(10);
        Assert.Equal(2, call.Heard.Count(static what => what == "answer"));
        Assert.Contains("offer", call.Heard);
        Assert.Contains("answer", _callee.App.Only.Heard);
        Assert.Contains("offer", _callee.App.Only.Heard);
        End(call);
    }

    [Fact]
    [Trait("Req", "DLG3")]
    public void BYEs_that_cross_end_it()
    {
        AppCall call = Place();
        call.Call.HangUp(SipHangUp.Normal);
        _callee.App.Only.Call.HangUp(SipHangUp.Normal);
        _caller.Flush();
        _callee.Flush();
        _network.RunToEnd();
        AssertOver();
    }

    [Fact]
    [Trait("Req", "TRX6")]
    [Trait("Req", "TRX7")]
    public void Over_a_bad_link_calls_come_up_and_end_and_nothing_is_left()
    {
        int up = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            TwoAgentsTests pair = new(seed, new LinkQuality(0.2, 0.2, 700));
            pair._callee.App.OnCall = static call =>
            {
                call.Call.Ring();
                call.Call.Accept(Descriptions.Ours);
            };
            AppCall call = pair.Place();
            pair._network.Run(60);
            up += call.Heard.Contains("confirmed") ? 1 : 0;
            pair.End(call);
        }

        Assert.True(up > 290, $"{up} of 300 came up");
    }

    private AppCall Place()
    {
        AppCall call = _caller.Call(There, static options => options with { SessionInterval = TimeSpan.FromSeconds(1800) });
        _network.Run(1);
        return call;
    }

    private void End(AppCall call)
    {
        call.Call.HangUp(SipHangUp.Normal);
        _caller.Flush();
        _network.Run(100);
        foreach (AppCall left in _callee.App.Calls)
        {
            left.Call.HangUp(SipHangUp.Normal);     // its BYE may have been lost for good
        }

        _callee.Flush();
        _network.RunToEnd();
        AssertOver();
    }

    private void AssertOver()
    {
        _caller.AssertEmpty();
        _callee.AssertEmpty();
        Assert.All([.. _caller.App.Calls, .. _callee.App.Calls], static call => Assert.NotNull(call.End));
    }
}
