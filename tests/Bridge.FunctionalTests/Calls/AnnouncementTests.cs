using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>What a caller hears after the right PIN: short, and never in the way of the meeting.</summary>
[Collection(nameof(CallsCollection))]
public sealed class AnnouncementTests(CallsFixture fixture)
{
    /// <summary>Title, how many are there, microphone: no longer with a usual title.</summary>
    private static readonly TimeSpan LongestAnnouncement = TimeSpan.FromSeconds(6);

    [Theory]
    [InlineData("fr", "Réunion des directeurs d'école", "")]
    [InlineData("en", "Monthly head teachers' meeting", "2#")]
    public async Task After_the_last_key_the_caller_is_in_the_mix_at_once_and_has_been_told_all_after_6_s(string language, string title, string keys)
    {
        BridgeRoom room = await BridgeRoom.CreateAsync(fixture.Bridge.Api, title);
        await fixture.ChangeRoomAsync(room, new { language });
        await room.StartAsync();
        (TestPhone first, _) = await fixture.JoinAsync(room);
        (TestPhone second, _) = await fixture.JoinAsync(room);
        await using (first)
        await using (second)
        {
            await using TestPhone caller = fixture.CreatePhone();
            await caller.DialAsync(fixture.Bridge.Address(), TestContext.Current.CancellationToken);
            await caller.Media.PressAsync(keys + room.ParticipantPin[..8]);
            Task last = caller.Media.PressAsync(room.ParticipantPin[8..]);
            TimeSpan pressed = MonotonicTime.Now;
            await last;
            await room.WaitForAdmittedAsync(3, CallsFixture.Soon);
            Assert.InRange((MonotonicTime.Now - pressed).TotalSeconds, 0, 3);
            await BridgeFixture.WaitForQuietAsync(caller);
            HeardPacket lastWord = caller.Media.Heard.Between(pressed, MonotonicTime.Now).Last(p => Goertzel.RmsDbov(p.Decode()) > -50);
            TimeSpan lasted = lastWord.At - pressed;
            TestContext.Current.TestOutputHelper?.WriteLine($"{language}: announced within {lasted.TotalSeconds:0.00} s of the last key");
            Assert.InRange(lasted, TimeSpan.FromSeconds(2), LongestAnnouncement);
        }
    }

    [Fact]
    public async Task The_room_is_heard_below_the_announcement()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone talker, _) = await fixture.JoinAsync(room);
        await using (talker)
        {
            await BridgeFixture.WaitForQuietAsync(talker);
            talker.Media.Play(new VoiceClip(Signals.Tone(2700, TimeSpan.FromSeconds(1), levelDbov: -12)));
            (TestPhone caller, _) = await fixture.JoinAsync(room);
            await using (caller)
            {
                TimeSpan admitted = MonotonicTime.Now;
                await CallsFixture.WaitUntilAsync(
                    () => ToneTimeline.Measure(caller.Media.Heard.Decode(), [2700]).Heard(2700, -40).Any(range => range.Length > TimeSpan.FromMilliseconds(200)),
                    "the room is heard");
                Assert.InRange((MonotonicTime.Now - admitted).TotalSeconds, 0, 2);
            }
        }
    }
}
