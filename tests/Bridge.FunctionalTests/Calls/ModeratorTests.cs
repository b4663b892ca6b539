using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>What moderators do to callers, by keys and by the API, as the callers notice it.</summary>
[Collection(nameof(CallsCollection))]
public sealed class ModeratorTests(CallsFixture fixture)
{
    [Fact]
    public async Task Star_2_mutes_all_others_and_a_key_of_theirs_opens_the_microphone_again()
    {
        BridgeRoom room = await fixture.CreateRoomAsync();
        (TestPhone moderator, string boss) = await fixture.JoinAsync(room, asModerator: true);
        (TestPhone caller, string id) = await fixture.JoinAsync(room);
        await using (moderator)
        await using (caller)
        {
            await moderator.Media.PressAsync("*2");
            await WaitForMutesAsync(room, id, isMuted: true);
            Assert.Empty((await room.ParticipantsAsync()).Single(p => p.Id == boss).Mutes);
            Assert.False(await CallsFixture.IsHeardAsync(caller, moderator, TimeSpan.FromSeconds(1)));
            await caller.Media.PressAsync("0");
            await WaitForMutesAsync(room, id, isMuted: false);
            Assert.True(await CallsFixture.IsHeardAsync(caller, moderator));

            // A participant's *2 and *5 do nothing.
            await caller.Media.PressAsync("*2*5");
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
            Assert.Empty((await room.ParticipantsAsync()).Single(p => p.Id == boss).Mutes);
        }
    }

    [Fact]
    public async Task Star_5_locks_the_room_and_who_comes_then_is_told_and_hung_up()
    {
        BridgeRoom room = await fixture.CreateRoomAsync();
        (TestPhone moderator, _) = await fixture.JoinAsync(room, asModerator: true);
        await using (moderator)
        {
            await moderator.Media.PressAsync("*5");
            await WaitForLockAsync(room, isLocked: true);
            int before = fixture.EndsOf("RoomLocked");
            await using TestPhone late = await fixture.CallRoomAsync(room);
            TimeSpan called = MonotonicTime.Now;
            await CallsFixture.WaitForByeAsync(late);
            Assert.True(CallsFixture.VoiceSince(late, called) > TimeSpan.FromSeconds(1), "the reason was heard");
            await fixture.WaitForEndsAsync("RoomLocked", before + 1);

            await moderator.Media.PressAsync("*5");
            await WaitForLockAsync(room, isLocked: false);
            (TestPhone later, _) = await fixture.JoinAsync(room);
            await later.DisposeAsync();
        }
    }

    [Fact]
    public async Task Unmuting_by_the_API_asks_and_only_the_callers_key_opens()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone caller, string id) = await fixture.JoinAsync(room);
        await using (caller)
        {
            await room.MuteAsync(id);
            TimeSpan muted = MonotonicTime.Now;
            await CallsFixture.WaitForVoiceAsync(caller, muted);
            await BridgeFixture.WaitForQuietAsync(caller);
            TimeSpan asked = MonotonicTime.Now;
            await room.AskToUnmuteAsync(id);
            await CallsFixture.WaitForVoiceAsync(caller, asked);
            Assert.NotEmpty((await room.ParticipantsAsync())[0].Mutes);
            await caller.Media.PressAsync("0");
            await WaitForMutesAsync(room, id, isMuted: false);
        }
    }

    [Fact]
    public async Task A_removed_caller_is_told_hung_up_and_for_a_while_told_the_same_again()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        string number = BridgeFixture.NewNumber();
        (TestPhone caller, string id) = await fixture.JoinAsync(room, change: o => o with { User = number });
        (TestPhone other, _) = await fixture.JoinAsync(room);
        await using (caller)
        await using (other)
        {
            int before = fixture.EndsOf("Removed");
            await room.RemoveAsync(id);
            Assert.Single(await room.ParticipantsAsync());
            Assert.False(await CallsFixture.IsHeardAsync(caller, other, TimeSpan.FromSeconds(0.6)), "heard after being removed");
            await CallsFixture.WaitForByeAsync(caller);
            await fixture.WaitForEndsAsync("Removed", before + 1);

            await using TestPhone again = await fixture.CallRoomAsync(room, change: o => o with { User = number });
            await CallsFixture.WaitForByeAsync(again);
            await fixture.WaitForEndsAsync("Removed", before + 2);
        }
    }

    [Fact]
    public async Task A_caller_who_hangs_up_while_an_answer_to_a_key_is_on_its_way_leaves_nothing_behind()
    {
        BridgeRoom room = await fixture.CreateRoomAsync();
        (TestPhone listener, _) = await fixture.JoinAsync(room, asModerator: true);
        await using (listener)
        {
            await BridgeFixture.WaitForQuietAsync(listener);
            double timers = await TimersAsync();
            for (int i = 0; i < 6; i++)
            {
                (TestPhone phone, _) = await fixture.JoinAsync(room, asModerator: true);
                Task keys = phone.Media.PressAsync(i % 2 == 0 ? "*2" : "0", new KeyPress { ToneMs = 40, PauseMs = 20 * i });
                await keys;
                await phone.DisposeAsync();
            }

            await CallsFixture.WaitUntilAsync(async () => (await room.ParticipantsAsync()).Count == 1, "all seats are free");
            await CallsFixture.WaitUntilAsync(async () => await TimersAsync() <= timers, $"no more than {timers} timers are armed");
        }
    }

    private async Task<double> TimersAsync() => (await fixture.Bridge.ReadMetricsAsync()).Sum("phonebridge_control_timers");

    private static Task WaitForMutesAsync(BridgeRoom room, string participant, bool isMuted) => CallsFixture.WaitUntilAsync(
        async () => (await room.ParticipantsAsync()).Single(p => p.Id == participant).Mutes.Count > 0 == isMuted,
        isMuted ? "the microphone is closed" : "the microphone is open");

    private Task WaitForLockAsync(BridgeRoom room, bool isLocked) => CallsFixture.WaitUntilAsync(
        async () => (await fixture.Bridge.Api.GetAsync($"rooms/{room.Id}/meeting")).Required().Body.GetProperty("isLocked").GetBoolean() == isLocked,
        isLocked ? "the room is locked" : "the room is open");
}
