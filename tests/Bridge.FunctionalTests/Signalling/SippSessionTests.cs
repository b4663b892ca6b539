using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Sipp;

namespace PhoneBridge.Bridge.FunctionalTests.Signalling;

/// <summary>Session timers, reliable provisional answers and UPDATE against SIPp, in calls that last.</summary>
[Trait("Category", "Interop")]
public sealed class SippSessionTests(SippSessionTests.Fixture fixture) : IClassFixture<SippSessionTests.Fixture>
{
    [Theory]
    [Trait("Req", "DLG5")]
    [Trait("Req", "DLG8")]
    [Trait("Req", "DLG9")]
    [InlineData("session-too-short")]
    [InlineData("reliable-provisional")]
    [InlineData("update-before-ack")]
    public async Task A_scenario_goes_as_the_profile_says(string scenario)
    {
        foreach (SippTransport transport in Enum.GetValues<SippTransport>())
        {
            SippResult result = await SippRun.PlayAsync(Options(scenario, transport) with { Calls = 3 });
            Assert.True(result.Succeeded, $"{transport}: {result}");
        }
    }

    [Fact]
    [Trait("Req", "DLG8")]
    public async Task The_session_is_refreshed_by_whom_the_answer_names_or_it_ends()
    {
        SippResult[] results = await Task.WhenAll(
            SippRun.PlayAsync(Options("session-refreshed-by-bridge", SippTransport.Udp)),
            SippRun.PlayAsync(Options("session-refreshed-by-bridge", SippTransport.Tcp)),
            SippRun.PlayAsync(Options("session-not-refreshed", SippTransport.Udp)),
            SippRun.PlayAsync(Options("session-not-refreshed", SippTransport.Tcp)));
        Assert.All(results, result => Assert.True(result.Succeeded, result.ToString()));
    }

    private SippOptions Options(string scenario, SippTransport transport) => new()
    {
        Scenario = Path.Combine(AppContext.BaseDirectory, "Sipp", scenario + ".xml"),
        Target = fixture.Bridge.Sip.ToString(),
        Transport = transport,
        Service = "0123456789",
        Limit = TimeSpan.FromSeconds(120),
    };

    /// <summary>A bridge that bears callers who press no key and send no voice.</summary>
    public sealed class Fixture : BridgeFixture
    {
        /// <inheritdoc/>
        protected override BridgeOptions Options => new()
        {
            Arguments = ["--Ivr:FirstKeyTimeout=00:01:00", "--Media:SilenceBeforeProbe=00:05:00", "--Media:SilenceBeforeEnd=00:06:00"],
        };
    }
}
