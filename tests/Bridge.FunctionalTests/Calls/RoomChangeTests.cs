using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>Rooms that are changed, renewed, deleted and filled while callers are inside or wait.</summary>
[Collection(nameof(CallsCollection))]
public sealed class RoomChangeTests(CallsFixture fixture)
{
    [Fact]
    public async Task A_deleted_room_tells_who_is_inside_and_its_PIN_is_dead()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone inside, _) = await fixture.JoinAsync(room);
        await using (inside)
        {
            await BridgeFixture.WaitForQuietAsync(inside);
            TimeSpan deleted = MonotonicTime.Now;
            (await fixture.Bridge.Api.DeleteAsync($"rooms/{room.Id}")).Required();
            await CallsFixture.WaitForByeAsync(inside);
            Assert.True(CallsFixture.VoiceSince(inside, deleted) > TimeSpan.FromSeconds(1), "a goodbye was heard");

            int before = fixture.EndsOf("CallerHungUp");
            await using TestPhone late = fixture.CreatePhone();
            TimeSpan called = MonotonicTime.Now;
            await late.DialAsync(fixture.Bridge.Address(room.ParticipantPin), TestContext.Current.CancellationToken);
            await CallsFixture.WaitForVoiceAsync(late, called);
            Assert.False(late.Ended.IsCompleted);
            await late.HangUpAsync();
            await CallsFixture.WaitUntilAsync(() => fixture.EndsOf("CallerHungUp") > before, "the call is over");
        }
    }

    [Fact]
    public async Task A_deleted_room_releases_who_waits_for_it()
    {
        BridgeRoom room = await fixture.CreateRoomAsync();
        await using TestPhone waiting = await fixture.CallRoomAsync(room);
        await CallsFixture.WaitUntilAsync(async () => (await room.ParticipantsAsync()).Count == 1, "the caller waits");
        (await fixture.Bridge.Api.DeleteAsync($"rooms/{room.Id}")).Required();
        await CallsFixture.WaitForByeAsync(waiting);
    }

    [Fact]
    public async Task A_renewed_PIN_leaves_the_callers_where_they_are_and_kills_the_old_one()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone inside, _) = await fixture.JoinAsync(room);
        await using (inside)
        {
            string renewed = (await fixture.Bridge.Api.PostAsync($"rooms/{room.Id}/pins/participant/renew")).Required()
                .Body.GetProperty("participantPin").GetString()!;
            Assert.NotEqual(room.ParticipantPin, renewed);
            await using TestPhone old = await fixture.CallRoomAsync(room);
            await CallsFixture.WaitForVoiceAsync(old, MonotonicTime.Now);
            Assert.Single(await room.ParticipantsAsync());

            // The same call goes on with the new one.
            await old.Media.PressAsync(renewed);
            await room.WaitForAdmittedAsync(2, CallsFixture.Soon);
            Assert.False(inside.Ended.IsCompleted);
        }
    }

    [Fact]
    public async Task Locking_the_microphones_by_the_rooms_settings_holds_at_once()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone talker, string id) = await fixture.JoinAsync(room);
        (TestPhone listener, _) = await fixture.JoinAsync(room);
        await using (talker)
        await using (listener)
        {
            await fixture.ChangeRoomAsync(room, new { micsLocked = true });
            await CallsFixture.WaitUntilAsync(
                async () => (await room.ParticipantsAsync()).Single(p => p.Id == id).Mutes.Contains("lock"), "the microphone is locked");
            await talker.Media.PressAsync("0");
            Assert.False(await CallsFixture.IsHeardAsync(talker, listener, TimeSpan.FromSeconds(1.5)), "heard in spite of the lock");

            await fixture.ChangeRoomAsync(room, new { micsLocked = false });
            await CallsFixture.WaitUntilAsync(
                async () => !(await room.ParticipantsAsync()).Single(p => p.Id == id).Mutes.Contains("lock"), "the lock is lifted");
            await talker.Media.PressAsync("*6");
            await CallsFixture.WaitUntilAsync(
                async () => (await room.ParticipantsAsync()).Single(p => p.Id == id).Mutes.Count == 0, "the microphone is open");
            Assert.True(await CallsFixture.IsHeardAsync(talker, listener), "heard again");
        }
    }

    [Fact]
    public async Task Who_comes_to_a_full_room_waits_and_takes_the_first_seat_that_is_free()
    {
        BridgeRoom room = await fixture.CreateRoomAsync(new { maxParticipants = 2 });
        await room.StartAsync();
        (TestPhone first, _) = await fixture.JoinAsync(room);
        (TestPhone second, _) = await fixture.JoinAsync(room);
        await using (first)
        await using (second)
        {
            await using TestPhone third = await fixture.CallRoomAsync(room);
            await CallsFixture.WaitUntilAsync(async () => (await room.ParticipantsAsync()).Count == 3, "the third waits");
            Assert.Equal(2, (await room.ParticipantsAsync()).Count(p => p.IsAdmitted));
            Assert.False(await CallsFixture.IsHeardAsync(first, third, TimeSpan.FromSeconds(1)), "a waiting caller hears the room");
            await first.HangUpAsync();
            await CallsFixture.WaitUntilAsync(
                async () => await room.ParticipantsAsync() is [{ IsAdmitted: true }, { IsAdmitted: true }], "the seat is taken");
            Assert.True(await CallsFixture.IsHeardAsync(second, third));
        }
    }

    [Fact]
    public async Task The_end_of_the_meeting_is_told_to_everybody_before_BYE()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone a, _) = await fixture.JoinAsync(room);
        (TestPhone b, _) = await fixture.JoinAsync(room, asModerator: true);
        await using (a)
        await using (b)
        {
            int before = fixture.EndsOf("MeetingEnded");
            await BridgeFixture.WaitForQuietAsync(a, b);
            TimeSpan ended = MonotonicTime.Now;
            await room.EndAsync();
            foreach (TestPhone phone in (TestPhone[])[a, b])
            {
                await CallsFixture.WaitForByeAsync(phone);
                Assert.True(CallsFixture.VoiceSince(phone, ended) > TimeSpan.FromSeconds(1), "a goodbye was heard");
            }

            await fixture.WaitForEndsAsync("MeetingEnded", before + 2);
        }
    }
}
