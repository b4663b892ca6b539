using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Conference;

/// <summary>Keys pressed in the meeting are for the bridge alone.</summary>
public sealed class KeysAreNotHeardTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private const double ToneHz = 1000;

    [Fact]
    [Trait("Req", "CLAMP")]
    public async Task The_talker_is_silent_to_the_others_while_a_key_is_down_and_60_ms_longer()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone talker, _) = await fixture.EnterAsync(room);
        (TestPhone listener, _) = await fixture.EnterAsync(room);
        try
        {
            await BridgeFixture.WaitForQuietAsync(talker, listener);
            talker.Media.Play(new VoiceClip(Signals.Tone(ToneHz, TimeSpan.FromSeconds(1), levelDbov: -20)));
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

            // A sender like baresip: the voice, and with it what the microphone hears of the key, goes on beside the events.
            TimeSpan pressed = MonotonicTime.Now;
            await talker.Media.PressAsync("D", new KeyPress { ToneMs = 500, PauseMs = 300, KeepsVoice = true });
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

            HeardPacket[] packets = [.. listener.Media.Heard.Between(pressed - TimeSpan.FromSeconds(0.5), MonotonicTime.Now)];
            HeardPacket[] silent = [.. packets.Where(packet => Goertzel.LevelDbov(packet.Decode(), ToneHz) < -45)];
            Assert.NotEmpty(silent);
            TimeSpan from = silent[0].At - pressed;
            TimeSpan to = silent[^1].At - pressed;
            TestContext.Current.TestOutputHelper?.WriteLine($"silent from {from.TotalMilliseconds:0} to {to.TotalMilliseconds:0} ms after the key");

            // Up to 20 ms until the first event leaves, 40 for the way through the bridge (the next test's bound), 25 of leak.
            Assert.InRange(from.TotalMilliseconds, 0, 85);
            Assert.InRange(to.TotalMilliseconds, 520, 720);
            Assert.InRange(silent.Length, 22, 36); // one stretch, not crumbs
        }
        finally
        {
            await talker.DisposeAsync();
            await listener.DisposeAsync();
        }
    }
}
