using System.Collections.Concurrent;
using System.Text.Json;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Bridge.FunctionalTests.Survival;

/// <summary>kill -9: what the API acknowledged is there after the restart.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Rooms_and_PINs_survive_a_kill_at_any_moment()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync();
        ConcurrentDictionary<string, BridgeRoom> acknowledged = [];
        Random random = new(11);
        for (int round = 0; round < 3; round++)
        {
            using CancellationTokenSource crashed = new();
            Task writing = WriteUntilAsync(bridge, acknowledged, crashed.Token);
            int enough = acknowledged.Count + 5;
            while (acknowledged.Count < enough && !writing.IsCompleted)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 200)), TestContext.Current.CancellationToken);
            await bridge.CrashAsync();
            await crashed.CancelAsync();
            await writing;
            await bridge.StartAgainAsync();

            foreach (BridgeRoom room in acknowledged.Values)
            {
                JsonElement read = (await bridge.Api.GetAsync($"rooms/{room.Id}")).Required().Body;
                Assert.Equal(room.ParticipantPin, read.GetProperty("participantPin").GetString());
            }
        }

        Assert.True(acknowledged.Count >= 15, $"only {acknowledged.Count} rooms were made");

        // And a PIN from before the last kill opens its room on the telephone.
        BridgeRoom last = acknowledged.Values.Last();
        await last.StartAsync();
        await using PhoneExchange exchange = new();
        await using TestPhone phone = exchange.CreatePhone(new TestPhoneOptions { User = BridgeFixture.NewNumber(), Server = bridge.Sip });
        Assert.Equal(200, (await phone.DialAsync(bridge.Address(), TestContext.Current.CancellationToken)).Status);
        await phone.Media.PressAsync(last.ParticipantPin);
        await last.WaitForAdmittedAsync(1, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_brake_on_guessed_PINs_survives_a_kill()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions { Arguments = ["--Rooms:WrongPinsPerCallerAndHour=3"] });
        BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        await room.StartAsync();
        await using PhoneExchange exchange = new();
        string guesser = BridgeFixture.NewNumber();
        string wrong = room.ParticipantPin == "999999999" ? "888888888" : "999999999";
        await using (TestPhone phone = exchange.CreatePhone(new TestPhoneOptions { User = guesser, Server = bridge.Sip }))
        {
            Assert.Equal(200, (await phone.DialAsync(bridge.Address(), TestContext.Current.CancellationToken)).Status);
            for (int guess = 1; guess <= 3 && !phone.Ended.IsCompleted; guess++)
            {
                await phone.Media.PressAsync(wrong);
                await WaitForWrongAsync(bridge, guess);
            }
        }

        await bridge.CrashAsync();
        await bridge.StartAgainAsync();
        await room.StartAsync(); // a meeting ends with its node

        // The right PIN does not help a caller in quarantine; another caller is let in.
        await using TestPhone again = exchange.CreatePhone(new TestPhoneOptions { User = guesser, Server = bridge.Sip });
        await again.DialAsync(bridge.Address(), TestContext.Current.CancellationToken);
        await again.Media.PressAsync(room.ParticipantPin);
        await using TestPhone other = exchange.CreatePhone(new TestPhoneOptions { User = BridgeFixture.NewNumber(), Server = bridge.Sip });
        await other.DialAsync(bridge.Address(), TestContext.Current.CancellationToken);
        await other.Media.PressAsync(room.ParticipantPin);
        await room.WaitForAdmittedAsync(1, TimeSpan.FromSeconds(20));
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Single(await room.ParticipantsAsync());
    }

    private static async Task WriteUntilAsync(BridgeProcess bridge, ConcurrentDictionary<string, BridgeRoom> acknowledged, CancellationToken crashed)
    {
        while (!crashed.IsCancellationRequested)
        {
            try
            {
                BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, $"Salle {acknowledged.Count}");
                acknowledged[room.Id] = room;
            }
            catch (HttpRequestException)
            {
                return; // killed in the middle of a request: not acknowledged
            }
        }
    }

    private static async Task WaitForWrongAsync(BridgeProcess bridge, int count)
    {
        for (int tries = 0; tries < 150; tries++)
        {
            if ((await bridge.ReadMetricsAsync()).SumOrZero("phonebridge_pins_tried_total", "Wrong") >= count)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        Assert.Fail($"The bridge did not take wrong PIN {count}.");
    }
}
