using System.Net;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>Changes of the session that the others in the room would hear, proved by frequency and time on one pair of phones.</summary>
[Collection(nameof(CallsCollection))]
public sealed class HeldTalkerTests(CallsFixture fixture)
{
    private const double ToneHz = 1300;

    private static readonly SessionChange[] Holds =
    [
        new() { Direction = "sendonly" },
        new() { Direction = "sendonly", Method = "UPDATE" },
        new() { Direction = "inactive" },
        new() { Address = IPAddress.Any },
    ];

    private static readonly SessionChange[] FaxOffers =
    [
        new() { MediaLines = "m=image 6000 udptl t38\r\na=T38FaxVersion:0\r\n" },
        new() { MediaLines = "m=audio 0 RTP/AVP 8\r\nm=image 6000 udptl t38\r\na=T38FaxVersion:0\r\n" },
    ];

    private static readonly SessionChange[] PacketTimes =
    [
        new() { PtimeMs = 40 },
        new() { PtimeMs = 30, Method = "UPDATE" },
        new() { PtimeMs = 60 },
        new() { PtimeMs = 20 },
    ];

    [Fact]
    [Trait("Req", "DLG7")]
    public async Task A_held_line_is_out_of_the_mix_40_ms_after_the_200_and_back_after_resume()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone holder, _) = await fixture.JoinAsync(room);
        (TestPhone listener, _) = await fixture.JoinAsync(room);
        await using (holder)
        await using (listener)
        {
            await BridgeFixture.WaitForQuietAsync(holder, listener);
            holder.Media.Play(new VoiceClip(Signals.Tone(ToneHz, TimeSpan.FromSeconds(1), levelDbov: -20)));
            foreach (SessionChange hold in Holds)
            {
                await WaitForToneAsync(listener, "the tone is heard while nothing is held");
                Assert.Equal(200, await holder.ChangeAsync(hold));
                TimeSpan held = MonotonicTime.Now;
                await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
                TimeSpan last = listener.Media.Heard.LastHeard(ToneHz, thresholdDbov: -45)!.Value - held;
                TestContext.Current.TestOutputHelper?.WriteLine($"{hold.Method} {hold.Direction} {hold.Address}: last packet with the held tone {last.TotalMilliseconds:0.0} ms after the 200");
                Assert.InRange(last.TotalMilliseconds, -500, 40);
                Assert.Equal(200, await holder.ChangeAsync(new SessionChange { Method = hold.Method }));
            }

            await WaitForToneAsync(listener, "the tone is heard after the last hold");
        }
    }

    [Fact]
    [Trait("Req", "RTP1")]
    [Trait("Req", "RTP15")]
    [Trait("Req", "DLG5")]
    public async Task The_packet_time_changes_in_mid_call_and_an_offer_of_T38_is_refused_without_harm()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone phone, _) = await fixture.JoinAsync(room);
        (TestPhone listener, _) = await fixture.JoinAsync(room);
        await using (phone)
        await using (listener)
        {
            await BridgeFixture.WaitForQuietAsync(phone, listener);
            phone.Media.Play(new VoiceClip(Signals.Tone(ToneHz, TimeSpan.FromSeconds(1), levelDbov: -20)));
            foreach (SessionChange change in PacketTimes)
            {
                Assert.Equal(200, await phone.ChangeAsync(change));
                Assert.Equal(change.PtimeMs, phone.Agreement!.PtimeMs);
                TimeSpan changed = MonotonicTime.Now + TimeSpan.FromMilliseconds(100);      // what was under way has come by then
                await WaitForToneAsync(listener, $"is heard with {change.PtimeMs} ms");
                IReadOnlyList<HeardPacket> packets = phone.Media.Heard.Between(changed, MonotonicTime.Now);
                Assert.NotEmpty(packets);
                Assert.All(packets, packet => Assert.Equal(change.PtimeMs * 8, packet.Payload.Length));
            }

            foreach (SessionChange fax in FaxOffers)
            {
                Assert.Equal(488, await phone.ChangeAsync(fax));
                await WaitForToneAsync(listener, "is heard after the refusal");
            }
        }
    }

    // Half a second of it, begun after now. On a machine that is busy with other things it may take more than one try.
    private static Task WaitForToneAsync(TestPhone listener, string what)
    {
        TimeSpan since = MonotonicTime.Now;
        return CallsFixture.WaitUntilAsync(
            () =>
            {
                TimeSpan now = MonotonicTime.Now;
                if (now - since < TimeSpan.FromMilliseconds(500))
                {
                    return false;
                }

                Pcm heard = listener.Media.Heard.Decode(now - TimeSpan.FromMilliseconds(500), now);
                return heard.Duration > TimeSpan.FromMilliseconds(400)
                    && ToneTimeline.Measure(heard, [ToneHz]).Share(ToneHz, new TimeRange(TimeSpan.Zero, heard.Duration), -30) > 0.9;
            },
            what);
    }
}
