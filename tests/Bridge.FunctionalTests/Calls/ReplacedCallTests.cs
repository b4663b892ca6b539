using System.Net;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>A caller is handed over from one telephone to another by an attended transfer of the IP-PBX (RFC 3891).</summary>
[Trait("Req", "DLG12")]
public sealed class ReplacedCallTests(ReplacedCallTests.Fixture fixture) : IClassFixture<ReplacedCallTests.Fixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Req", "T23")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_seat_and_its_mutes_stay_and_the_new_telephone_is_heard(bool isOfferLate)
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone old, string participant) = await fixture.EnterAsync(room);
        (TestPhone listener, _) = await fixture.EnterAsync(room);
        await using TestPhone next = fixture.CreatePhone(
            options => options with { Headers = [("Replaces", old.Replaces)], Codecs = [PhoneCodec.Pcmu], OffersLate = isOfferLate });
        try
        {
            await BridgeFixture.WaitForQuietAsync(old, listener);
            await room.MuteAsync(participant);
            Assert.Equal(200, (await next.DialAsync(fixture.Bridge.Address("nobody"), Cancel)).Status);
            CallEnd end = await old.Ended.WaitAsync(TimeSpan.FromSeconds(5), Cancel);
            Assert.True(end.ByPeer);
            RoomParticipant seat = (await room.ParticipantsAsync()).Single(one => one.Id == participant);
            Assert.Equal((true, 2), (seat.IsAdmitted, (await room.ParticipantsAsync()).Count));
            Assert.Equal(["moderator"], seat.Mutes);

            // Nothing of the dialogue begins anew, and the new telephone speaks in the old one's place once it opens its microphone.
            await room.AskToUnmuteAsync(participant);
            await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
            await next.Media.PressAsync("0");
            await BridgeFixture.WaitForQuietAsync(next);
            TimeSpan from = MonotonicTime.Now;
            next.Media.Play(new VoiceClip(Signals.Tone(1000, TimeSpan.FromSeconds(1), -20)));
            await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
            Assert.NotEmpty(ToneTimeline.Measure(listener.Media.Heard.Decode(from, MonotonicTime.Now), [1000]).Heard(1000));
        }
        finally
        {
            await old.DisposeAsync();
            await listener.DisposeAsync();
        }

        await next.HangUpAsync();
        await fixture.WaitUntilIdleAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(0, (await fixture.Bridge.ReadMetricsAsync()).SumOrZero("phonebridge_calls_placed_total"));
    }

    [Fact]
    public async Task From_another_trunk_it_gets_403_and_of_a_call_that_is_over_481()
    {
        await using TestPhone old = fixture.CreatePhone();
        Assert.Equal(200, (await old.DialAsync(fixture.Bridge.Address(), Cancel)).Status);
        await using (PhoneExchange elsewhere = new(IPAddress.Parse("127.0.0.2")))
        {
            await using TestPhone thief = elsewhere.CreatePhone(
                new TestPhoneOptions { User = BridgeFixture.NewNumber(), Server = fixture.Bridge.Sip, Headers = [("Replaces", old.Replaces)] });
            Assert.Equal(403, (await thief.DialAsync(fixture.Bridge.Address(), Cancel)).Status);
        }

        Assert.False(old.Ended.IsCompleted);
        await old.HangUpAsync();
        await using TestPhone late = fixture.CreatePhone(options => options with { Headers = [("Replaces", old.Replaces)] });
        Assert.Equal(481, (await late.DialAsync(fixture.Bridge.Address(), Cancel)).Status);
    }

    /// <summary>A bridge with two trunks, told apart by their addresses.</summary>
    public sealed class Fixture : BridgeFixture
    {
        /// <inheritdoc/>
        protected override BridgeOptions Options => new()
        {
            Arguments =
            [
                "--Sip:Trunks:0:Name=office", "--Sip:Trunks:0:Sources:0=127.0.0.1",
                "--Sip:Trunks:1:Name=others", "--Sip:Trunks:1:Sources:0=127.0.0.2",
            ],
        };
    }
}
