using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Tests.Telemetry;

public sealed class MetricsTests
{
    private enum End
    {
        HungUp,
    }

    [Fact]
    public async Task What_was_measured_stands_on_the_page_in_prometheus_format()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync();
        BridgeMetrics metrics = bridge.Get<BridgeMetrics>();
        metrics.CallArrived("unknown");
        metrics.CallArrived("unknown");
        metrics.CallAnswered(TimeSpan.FromMilliseconds(15));
        metrics.PinTried(PinOutcome.Wrong);
        metrics.CallEnded(End.HungUp, "carrier", TimeSpan.FromSeconds(20));
        metrics.LineMeasured("G722", new LegQuality { RFactor = 82, RecentLoss = 0.03, JitterMs = 4, PlayoutDelayMs = 35, RecentConcealed = 0.01 });
        metrics.ObserveGauge("phonebridge.test.value", "{thing}", "For this test.", () => 42);
        string page = await bridge.Anonymous.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Matches("(?m)^phonebridge_calls_arrived_total\\{[^}]*trunk=\"unknown\"[^}]*\\} 2$", page);
        Assert.Matches("(?m)^phonebridge_calls_active\\{[^}]*\\} 1$", page);
        Assert.Matches("(?m)^phonebridge_calls_setup_duration_seconds_bucket\\{[^}]*le=\"0.01\"\\} 0$", page);
        Assert.Matches("(?m)^phonebridge_calls_setup_duration_seconds_bucket\\{[^}]*le=\"0.02\"\\} 1$", page);
        Assert.Matches("(?m)^phonebridge_pins_tried_total\\{[^}]*outcome=\"Wrong\"[^}]*\\} 1$", page);
        Assert.Matches("(?m)^phonebridge_calls_ended_total\\{[^}]*end=\"HungUp\",trunk=\"carrier\"[^}]*\\} 1$", page);
        Assert.Matches("(?m)^phonebridge_leg_r_factor_bucket\\{[^}]*codec=\"G722\",le=\"80\"\\} 0$", page);
        Assert.Matches("(?m)^phonebridge_leg_r_factor_bucket\\{[^}]*codec=\"G722\",le=\"85\"\\} 1$", page);
        Assert.Matches("(?m)^phonebridge_leg_loss_bucket\\{[^}]*codec=\"G722\",le=\"0.05\"\\} 1$", page);
        Assert.Matches("(?m)^phonebridge_leg_jitter_seconds_bucket\\{[^}]*codec=\"G722\",le=\"0.005\"\\} 1$", page);
        Assert.Matches("(?m)^phonebridge_leg_playout_delay_seconds_bucket\\{[^}]*codec=\"G722\",le=\"0.04\"\\} 1$", page);
        Assert.Matches("(?m)^phonebridge_leg_concealed_bucket\\{[^}]*codec=\"G722\",le=\"0.01\"\\} 1$", page);
        Assert.Matches("(?m)^phonebridge_test_value\\{[^}]*\\} 42$", page);
        Assert.Matches("(?m)^phonebridge_health_state\\{[^}]*thing=\"Database\"[^}]*\\} [0-3]$", page);
        Assert.Matches("(?m)^phonebridge_drain_phase\\{[^}]*\\} 0$", page);
    }

    [Fact]
    public async Task Metrics_can_be_switched_off()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync(["--Telemetry:Metrics=false"]);
        using HttpResponseMessage response = await bridge.Client.GetAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, response.StatusCode);
    }
}
