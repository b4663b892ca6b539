using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>From the answer to the room: keys by every way, languages, the request URI, wrong PINs.</summary>
[Collection(nameof(CallsCollection))]
public sealed class EntryTests(CallsFixture fixture)
{
    private const string NoPin = "111111111";

    [Theory]
    [InlineData("application/dtmf-relay", "Signal={0}\r\nDuration=160\r\n")]
    [InlineData("application/dtmf-relay", "signal = {0} \nduration = 100\n")]
    [InlineData("application/dtmf", "{0}")]
    public async Task A_PIN_may_be_keyed_by_INFO(string contentType, string body)
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        await using TestPhone phone = fixture.CreatePhone(o => o with { TelephoneEventType = null });
        await phone.DialAsync(fixture.Bridge.Address(), TestContext.Current.CancellationToken);
        foreach (char key in room.ParticipantPin)
        {
            Assert.Equal(200, await phone.SendInfoAsync(contentType, string.Format(null, body, key)));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        await room.WaitForAdmittedAsync(1, CallsFixture.Soon);
    }

    [Fact]
    public async Task The_PIN_in_the_request_URI_enters_without_being_asked_and_a_wrong_one_is_asked_for_again()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        TimeSpan start = MonotonicTime.Now;
        (TestPhone known, _) = await fixture.JoinAsync(room);
        await using (known)
        {
            Assert.InRange((MonotonicTime.Now - start).TotalSeconds, 0, 5);
            await using TestPhone wrong = fixture.CreatePhone();
            await wrong.DialAsync(fixture.Bridge.Address(NoPin), TestContext.Current.CancellationToken);
            await CallsFixture.WaitForVoiceAsync(wrong, MonotonicTime.Now);
            await wrong.Media.PressAsync(room.ParticipantPin + "#");
            await room.WaitForAdmittedAsync(2, CallsFixture.Soon);
        }
    }

    [Fact]
    public async Task Two_and_hash_choose_English_and_the_PIN_is_taken_as_before()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        await using TestPhone phone = fixture.CreatePhone();
        await phone.DialAsync(fixture.Bridge.Address(), TestContext.Current.CancellationToken);
        await CallsFixture.WaitForVoiceAsync(phone, MonotonicTime.Now);
        await phone.Media.PressAsync("2#");
        TimeSpan chosen = MonotonicTime.Now;
        await CallsFixture.WaitForVoiceAsync(phone, chosen);
        await phone.Media.PressAsync(room.ParticipantPin + "#");
        await room.WaitForAdmittedAsync(1, CallsFixture.Soon);
    }

    [Fact]
    public async Task Three_wrong_PINs_are_told_and_end_the_call()
    {
        int before = fixture.EndsOf("TooManyTries");
        await using TestPhone phone = fixture.CreatePhone();
        await phone.DialAsync(fixture.Bridge.Address(), TestContext.Current.CancellationToken);
        TimeSpan last = MonotonicTime.Now;
        for (int i = 0; i < 3; i++)
        {
            last = MonotonicTime.Now;
            await phone.Media.PressAsync(NoPin);
            await CallsFixture.WaitUntilAsync(() => CallsFixture.VoiceSince(phone, last + TimeSpan.FromSeconds(2)) > TimeSpan.FromSeconds(0.5), "the reason is spoken", TimeSpan.FromSeconds(30));
        }

        await CallsFixture.WaitForByeAsync(phone, TimeSpan.FromSeconds(30));
        Assert.True(CallsFixture.VoiceSince(phone, last) > TimeSpan.FromSeconds(3), "a reason and a goodbye were heard");
        await fixture.WaitForEndsAsync("TooManyTries", before + 1);
    }

    [Fact]
    public async Task Two_calls_from_one_number_are_two_participants()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        string number = BridgeFixture.NewNumber();
        (TestPhone first, string a) = await fixture.JoinAsync(room, change: o => o with { User = number });
        (TestPhone second, string b) = await fixture.JoinAsync(room, change: o => o with { User = number });
        await using (first)
        await using (second)
        {
            Assert.NotEqual(a, b);
            await first.HangUpAsync();
            await CallsFixture.WaitUntilAsync(async () => (await room.ParticipantsAsync()).Count == 1, "the other stays");
            Assert.Equal(b, (await room.ParticipantsAsync())[0].Id);
        }
    }
}
