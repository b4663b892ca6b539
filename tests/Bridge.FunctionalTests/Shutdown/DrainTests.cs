using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Shutdown;

/// <summary>SIGTERM: new calls are refused, running ones go on until the deadline, hear a goodbye and get BYE.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task A_running_call_goes_on_while_new_ones_get_503()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions { Arguments = ["--Shutdown:DrainDeadline=00:00:05"] });
        BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        await room.StartAsync();
        await using PhoneExchange exchange = new();
        await using TestPhone running = exchange.CreatePhone(new TestPhoneOptions { User = BridgeFixture.NewNumber(), Server = bridge.Sip });
        await running.DialAsync(bridge.Address(), TestContext.Current.CancellationToken);
        await running.Media.PressAsync(room.ParticipantPin);
        await room.WaitForAdmittedAsync(1, TimeSpan.FromSeconds(20));

        TimeSpan signal = MonotonicTime.Now;
        Task<int> stopping = bridge.StopAsync(TimeSpan.FromSeconds(40));
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await using TestPhone late = exchange.CreatePhone(new TestPhoneOptions { User = BridgeFixture.NewNumber(), Server = bridge.Sip });
        CallAnswer refused = await late.DialAsync(bridge.Address(), TestContext.Current.CancellationToken);
        Assert.Equal(503, refused.Status);
        Assert.False(running.Ended.IsCompleted);

        CallEnd end = await running.Ended.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(end.ByPeer);
        Assert.InRange((end.At - signal).TotalSeconds, 4.5, 16);
        Assert.Contains(end.Reasons, reason => reason.StartsWith("Q.850", StringComparison.Ordinal));
        Assert.Equal(0, await stopping);
    }
}
