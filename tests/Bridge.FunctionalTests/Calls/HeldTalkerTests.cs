using System.Net;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>What a held line sends is out of the mix at once, by whichever way it was held: proved by frequency and time (DLG7).</summary>
[Collection(nameof(CallsCollection))]
public sealed class HeldTalkerTests(CallsFixture fixture)
{
    private const double ToneHz = 1300;

    public static TheoryData<SessionChange> Holds => new()
    {
        new SessionChange { Direction = "sendonly" },
        new SessionChange { Direction = "sendonly", Method = "UPDATE" },
        new SessionChange { Direction = "inactive" },
        new SessionChange { Address = IPAddress.Any },
    };

    [Theory]
    [MemberData(nameof(Holds))]
    [Trait("Req", "DLG7")]
    public async Task A_held_line_is_out_of_the_mix_40_ms_after_the_200_and_back_after_resume(SessionChange hold)
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone holder, _) = await fixture.JoinAsync(room);
        (TestPhone listener, _) = await fixture.JoinAsync(room);
        await using (holder)
        await using (listener)
        {
            await BridgeFixture.WaitForQuietAsync(holder, listener);
            holder.Media.Play(new VoiceClip(Signals.Tone(ToneHz, TimeSpan.FromSeconds(1), levelDbov: -20)));
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            Assert.True(Share(listener, MonotonicTime.Now - TimeSpan.FromMilliseconds(500), MonotonicTime.Now) > 0.9, "the tone is heard before the hold");

            Assert.Equal(200, await holder.ChangeAsync(hold));
            TimeSpan held = MonotonicTime.Now;
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            TimeSpan last = listener.Media.Heard.LastHeard(ToneHz, thresholdDbov: -45)!.Value - held;
            TestContext.Current.TestOutputHelper?.WriteLine($"last packet with the held tone: {last.TotalMilliseconds:0.0} ms after the 200");
            Assert.InRange(last.TotalMilliseconds, -500, 40);

            Assert.Equal(200, await holder.ChangeAsync(new SessionChange { Method = hold.Method }));
            TimeSpan resumed = MonotonicTime.Now;
            await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
            Assert.True(Share(listener, resumed + TimeSpan.FromMilliseconds(500), MonotonicTime.Now) > 0.9, "the tone is heard after the hold");
        }
    }

    [Theory]
    [InlineData("INVITE", 40)]
    [InlineData("UPDATE", 30)]
    [InlineData("INVITE", 60)]
    [Trait("Req", "RTP1")]
    [Trait("Req", "DLG5")]
    public async Task The_packet_time_changes_in_mid_call_in_both_directions(string method, int ptimeMs)
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone phone, _) = await fixture.JoinAsync(room);
        (TestPhone other, _) = await fixture.JoinAsync(room);
        await using (phone)
        await using (other)
        {
            Assert.Equal(160, phone.Media.Heard.Packets[^1].Payload.Length);
            Assert.Equal(200, await phone.ChangeAsync(new SessionChange { Method = method, PtimeMs = ptimeMs }));
            Assert.Equal(ptimeMs, phone.Agreement!.PtimeMs);
            TimeSpan changed = MonotonicTime.Now;
            Assert.True(await CallsFixture.IsHeardAsync(phone, other), "is heard with the new packet time");
            Assert.True(await CallsFixture.IsHeardAsync(other, phone), "hears with the new packet time");
            Assert.All(
                phone.Media.Heard.Between(changed + TimeSpan.FromMilliseconds(300), MonotonicTime.Now),
                packet => Assert.Equal(ptimeMs * 8, packet.Payload.Length));
        }
    }

    [Theory]
    [InlineData("m=image 6000 udptl t38\r\na=T38FaxVersion:0\r\n")]
    [InlineData("m=audio 0 RTP/AVP 8\r\nm=image 6000 udptl t38\r\na=T38FaxVersion:0\r\n")]
    [Trait("Req", "RTP15")]
    [Trait("Req", "DLG5")]
    public async Task A_fax_that_wants_T38_is_refused_by_488_and_the_call_goes_on(string mediaLines)
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone phone, _) = await fixture.JoinAsync(room);
        (TestPhone other, _) = await fixture.JoinAsync(room);
        await using (phone)
        await using (other)
        {
            Assert.Equal(488, await phone.ChangeAsync(new SessionChange { MediaLines = mediaLines }));
            Assert.True(await CallsFixture.IsHeardAsync(phone, other), "is heard as before");
            Assert.True(await CallsFixture.IsHeardAsync(other, phone), "hears as before");
        }
    }

    private static double Share(TestPhone listener, TimeSpan from, TimeSpan to)
    {
        Pcm heard = listener.Media.Heard.Decode(from, to);
        return ToneTimeline.Measure(heard, [ToneHz]).Share(ToneHz, new TimeRange(TimeSpan.Zero, heard.Duration), -30);
    }
}
