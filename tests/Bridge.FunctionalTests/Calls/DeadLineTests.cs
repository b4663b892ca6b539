using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>Lines that fall silent (RTP10, RTP13): who vanished is let go, who only listens stays.</summary>
[Collection(nameof(CallsCollection))]
public sealed class DeadLineTests(CallsFixture fixture)
{
    [Fact]
    [Trait("Req", "RTP10")]
    [Trait("Req", "RTP13")]
    public async Task A_caller_who_vanished_is_let_go_and_a_dead_silent_listener_stays()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone vanishing, string gone) = await fixture.JoinAsync(room);
        (TestPhone silent, string stays) = await fixture.JoinAsync(room);
        (TestPhone talker, _) = await fixture.JoinAsync(room);
        await using (silent)
        await using (talker)
        {
            int before = fixture.EndsOf("LineLost");
            vanishing.Vanish();
            silent.Media.SetSilent(true);
            await CallsFixture.WaitUntilAsync(
                async () => (await room.ParticipantsAsync()).All(p => p.Id != gone), "who vanished is gone", TimeSpan.FromSeconds(60));
            await fixture.WaitForEndsAsync("LineLost", before + 1);
            await Task.Delay(TimeSpan.FromSeconds(6), TestContext.Current.CancellationToken);
            Assert.Contains(await room.ParticipantsAsync(), p => p.Id == stays && p.IsAdmitted);
            Assert.True(await CallsFixture.IsHeardAsync(talker, silent), "the silent one still hears");
            Assert.Contains(silent.Requests, request => request.Method == "OPTIONS");
        }
    }
}
