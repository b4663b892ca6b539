using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>A sound that goes on for long and is no speech is turned down, shown, and heard again on request.</summary>
public sealed class DisturbanceTests(DisturbanceTests.DuckingFixture fixture) : IClassFixture<DisturbanceTests.DuckingFixture>
{
    private const double ToneHz = 1300;

    [Fact]
    public async Task A_tone_that_does_not_end_is_ducked_shown_and_heard_again_on_request()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone talker, string id) = await fixture.JoinAsync(room);
        (TestPhone listener, _) = await fixture.JoinAsync(room);
        await using (talker)
        await using (listener)
        {
            await BridgeFixture.WaitForQuietAsync(talker, listener);
            talker.Media.Play(new VoiceClip(Signals.Tone(ToneHz, TimeSpan.FromSeconds(1), levelDbov: -20)));
            await CallsFixture.WaitUntilAsync(() => IsHeardAt(listener, from: -28, to: -12), "the tone is heard");
            await CallsFixture.WaitUntilAsync(async () => await DisturbanceAsync(room, id) == "tone", "the tone is found");
            await CallsFixture.WaitUntilAsync(() => IsHeardAt(listener, from: -50, to: -34), "the tone is turned down by 20 dB");

            Assert.Equal(System.Net.HttpStatusCode.OK, (await fixture.Bridge.Api.PostAsync($"rooms/{room.Id}/participants/{id}/unduck")).Required().Status);
            Assert.Equal("none", await DisturbanceAsync(room, id));
            await CallsFixture.WaitUntilAsync(() => IsHeardAt(listener, from: -28, to: -12), "the tone is heard again");
            await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
            Assert.True(IsHeardAt(listener, from: -28, to: -12), "it was ducked again although somebody said that it may be heard");
        }
    }

    private static bool IsHeardAt(TestPhone phone, double from, double to)
    {
        Pcm last = phone.Media.Heard.Decode(MonotonicTime.Now - TimeSpan.FromMilliseconds(400), MonotonicTime.Now);
        double level = last.Samples.Length < 1600 ? double.MinValue : Goertzel.LevelDbov(last.Samples, ToneHz, 8000);
        return level > from && level < to;
    }

    private async Task<string?> DisturbanceAsync(BridgeRoom room, string participant) =>
        (await fixture.Bridge.Api.GetAsync($"rooms/{room.Id}/participants/{participant}")).Required().Body.GetProperty("disturbance").GetString();

    /// <summary>A bridge that ducks.</summary>
    public sealed class DuckingFixture : CallsFixture
    {
        /// <inheritdoc/>
        protected override BridgeOptions Options => base.Options with { Arguments = [.. base.Options.Arguments, "--Media:DuckDisturbances=true"] };
    }
}
