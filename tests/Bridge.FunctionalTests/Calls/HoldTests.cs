using System.Net;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>Hold, resume and other changes of the session, in every state of a call (DLG5, DLG7).</summary>
[Collection(nameof(CallsCollection))]
public sealed class HoldTests(CallsFixture fixture)
{
    public static TheoryData<SessionChange> Holds => new()
    {
        new SessionChange { Direction = "sendonly" },
        new SessionChange { Direction = "inactive" },
        new SessionChange { Direction = "sendonly", Method = "UPDATE" },
        new SessionChange { Address = IPAddress.Any },
    };

    [Theory]
    [MemberData(nameof(Holds))]
    [Trait("Req", "DLG7")]
    [Trait("Req", "DLG5")]
    public async Task A_caller_on_hold_gets_nothing_and_is_back_after_it(SessionChange hold)
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone holder, string id) = await fixture.JoinAsync(room);
        (TestPhone other, _) = await fixture.JoinAsync(room);
        await using (holder)
        await using (other)
        {
            Assert.Equal(200, await holder.ChangeAsync(hold));
            TimeSpan held = MonotonicTime.Now;
            Assert.True((await fixture.Bridge.Api.GetAsync($"rooms/{room.Id}/participants/{id}")).Required().Body.GetProperty("isOnHold").GetBoolean());
            await Task.Delay(TimeSpan.FromMilliseconds(600), TestContext.Current.CancellationToken);
            Assert.Empty(holder.Media.Heard.Between(held + TimeSpan.FromMilliseconds(300), MonotonicTime.Now));

            Assert.Equal(200, await holder.ChangeAsync(new SessionChange { Method = hold.Method }));
            Assert.True(await CallsFixture.IsHeardAsync(holder, other), "the caller is heard again");
            Assert.True(await CallsFixture.IsHeardAsync(other, holder), "the caller hears again");
        }
    }

    [Fact]
    [Trait("Req", "DLG5")]
    [Trait("Req", "DLG7")]
    public async Task A_caller_may_hold_while_being_greeted_while_keying_and_while_waiting()
    {
        BridgeRoom room = await fixture.CreateRoomAsync();
        await using TestPhone phone = fixture.CreatePhone();
        TimeSpan start = MonotonicTime.Now;
        await phone.DialAsync(fixture.Bridge.Address(), TestContext.Current.CancellationToken);
        await CallsFixture.WaitForVoiceAsync(phone, start);
        await HoldAndResumeAsync(phone);

        await phone.Media.PressAsync(room.ParticipantPin[..4]);
        await HoldAndResumeAsync(phone);
        await phone.Media.PressAsync(room.ParticipantPin[4..]);
        await CallsFixture.WaitUntilAsync(async () => (await room.ParticipantsAsync()).Count == 1, "the caller waits");

        Assert.Equal(200, await phone.HoldAsync());
        await room.StartAsync();
        await room.WaitForAdmittedAsync(1, CallsFixture.Soon);
        TimeSpan resumed = MonotonicTime.Now;
        Assert.Equal(200, await phone.ResumeAsync());
        await CallsFixture.WaitUntilAsync(() => phone.Media.Heard.Between(resumed, MonotonicTime.Now).Count > 10, "audio flows again");

        // The last words are not waited for on a line that takes none of them for longer than they last.
        Assert.Equal(200, await phone.HoldAsync("inactive"));
        await room.EndAsync();
        await CallsFixture.WaitForByeAsync(phone);
    }

    [Fact]
    [Trait("Req", "DLG7")]
    public async Task A_caller_put_on_hold_before_entry_is_shown_on_hold()
    {
        BridgeRoom room = await fixture.CreateRoomAsync();
        await using TestPhone phone = fixture.CreatePhone();
        await phone.DialAsync(fixture.Bridge.Address(), TestContext.Current.CancellationToken);
        Assert.Equal(200, await phone.HoldAsync());

        // Keys by INFO come through although the media is held.
        foreach (char key in room.ParticipantPin)
        {
            Assert.Equal(200, await phone.SendInfoAsync("application/dtmf-relay", $"Signal={key}\r\nDuration=160\r\n"));
            await Task.Delay(TimeSpan.FromMilliseconds(320), TestContext.Current.CancellationToken);
        }

        await CallsFixture.WaitUntilAsync(
            async () => (await fixture.Bridge.Api.GetAsync($"rooms/{room.Id}/participants")).Text.Contains("\"isOnHold\":true", StringComparison.Ordinal),
            "the waiting caller is shown on hold");
    }

    [Fact]
    [Trait("Req", "DLG6")]
    [Trait("Req", "RTP8")]
    public async Task A_codec_may_change_in_mid_call_and_a_late_offer_renews_the_session()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone changing, string id) = await fixture.JoinAsync(room, change: o => o with { Codecs = [Testing.Audio.PhoneCodec.Pcma] });
        (TestPhone other, _) = await fixture.JoinAsync(room);
        await using (changing)
        await using (other)
        {
            Assert.Equal(200, await changing.ChangeAsync(new SessionChange { Codecs = [Testing.Audio.PhoneCodec.Pcmu] }));
            Assert.Equal(Testing.Audio.PhoneCodec.Pcmu, changing.Agreement!.Codec);
            TimeSpan changed = MonotonicTime.Now;
            Assert.True(await CallsFixture.IsHeardAsync(changing, other), "heard with the new codec");
            Assert.True(await CallsFixture.IsHeardAsync(other, changing), "hears with the new codec");
            Assert.All(
                changing.Media.Heard.Between(changed + TimeSpan.FromSeconds(0.3), MonotonicTime.Now),
                packet => Assert.Equal(Testing.Audio.PhoneCodec.Pcmu, packet.Codec));
            await CallsFixture.WaitUntilAsync(
                async () => (await fixture.Bridge.Api.GetAsync($"rooms/{room.Id}/participants/{id}")).Text.Contains("PCMU", StringComparison.Ordinal),
                "the roster shows the new codec");

            Assert.Equal(200, await changing.ChangeAsync(new SessionChange { OffersLate = true }));
            Assert.True(await CallsFixture.IsHeardAsync(changing, other), "heard after the late offer");
            Assert.True(await CallsFixture.IsHeardAsync(other, changing), "hears after the late offer");
        }
    }

    private static async Task HoldAndResumeAsync(TestPhone phone)
    {
        Assert.Equal(200, await phone.HoldAsync());
        Assert.Equal(200, await phone.ResumeAsync());
    }
}
