using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>What a stop in the middle of calls leaves, and what it must not forget.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task Wrong_PINs_of_calls_still_count_after_a_crash()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions { Arguments = ["--Rooms:WrongPinsPerCallerAndHour=3"] });
        BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        await room.StartAsync();
        string guesser = BridgeFixture.NewNumber();
        await using PhoneExchange exchange = new();
        await using (TestPhone phone = exchange.CreatePhone(new TestPhoneOptions { User = guesser, Server = bridge.Sip }))
        {
            Assert.Equal(200, (await phone.DialAsync(bridge.Address(), TestContext.Current.CancellationToken)).Status);
            for (int wrong = 0; wrong < 3; wrong++)
            {
                TimeSpan keyed = MonotonicTime.Now;
                await phone.Media.PressAsync("111111111");
                await CallsFixture.WaitForVoiceAsync(phone, keyed + TimeSpan.FromSeconds(2));
            }
        }

        await bridge.CrashAsync();
        await bridge.StartAgainAsync();

        // The right PIN, but not for this number any more; another number comes in.
        await room.StartAsync();
        await using TestPhone braked = exchange.CreatePhone(new TestPhoneOptions { User = guesser, Server = bridge.Sip });
        Assert.Equal(200, (await braked.DialAsync(bridge.Address(), TestContext.Current.CancellationToken)).Status);
        await braked.Media.PressAsync(room.ParticipantPin);
        await using TestPhone other = exchange.CreatePhone(new TestPhoneOptions { User = BridgeFixture.NewNumber(), Server = bridge.Sip });
        Assert.Equal(200, (await other.DialAsync(bridge.Address(), TestContext.Current.CancellationToken)).Status);
        await other.Media.PressAsync(room.ParticipantPin);
        await room.WaitForAdmittedAsync(1, CallsFixture.Soon);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Single(await room.ParticipantsAsync());
    }
}
