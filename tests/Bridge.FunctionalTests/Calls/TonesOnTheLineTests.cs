using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>What the bridge makes of tones in the audio: keys where a phone has no other way, a fax machine.</summary>
[Collection(nameof(CallsCollection))]
public sealed class TonesOnTheLineTests(CallsFixture fixture)
{
    private static readonly double[] Rows = [697, 770, 852, 941];
    private static readonly double[] Columns = [1209, 1336, 1477];

    [Fact]
    [Trait("Req", "DTMF")]
    [Trait("Req", "INBAND")]
    public async Task A_phone_without_telephone_event_enters_its_PIN_by_tones()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        await using TestPhone phone = fixture.CreatePhone(options => options with { TelephoneEventType = null });
        CallAnswer answer = await phone.DialAsync(fixture.Bridge.Address(), TestContext.Current.CancellationToken);
        Assert.Equal(200, answer.Status);
        await CallsFixture.WaitForVoiceAsync(phone, answer.At);
        phone.Media.Play(new VoiceClip(Signals.Join([.. (room.ParticipantPin + "#").SelectMany(Key)])), repeats: false);
        await room.WaitForAdmittedAsync(1, CallsFixture.Soon);
    }

    [Fact]
    [Trait("Req", "RTP15")]
    public async Task A_fax_machine_is_hung_up()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        int before = fixture.EndsOf("FaxHeard");
        TestPhone fax = await fixture.CallRoomAsync(room);
        await using (fax)
        {
            // The calling tone of T.30: 1100 Hz for half a second, every three seconds.
            fax.Media.Play(new VoiceClip(Signals.Join(
                Signals.Tone(1100, TimeSpan.FromMilliseconds(500), levelDbov: -15), Signals.Silence(TimeSpan.FromSeconds(3)))));
            await CallsFixture.WaitForByeAsync(fax);
            await fixture.WaitForEndsAsync("FaxHeard", before + 1);
        }
    }

    // A key of 100 ms and a pause of 100 ms: each of its two tones at -13 dBov.
    private static Pcm[] Key(char key)
    {
        int index = key == '#' ? 11 : key == '0' ? 10 : key - '1';
        Pcm row = Signals.Tone(Rows[index / 3], TimeSpan.FromMilliseconds(100), levelDbov: -13);
        Pcm column = Signals.Tone(Columns[index % 3], TimeSpan.FromMilliseconds(100), levelDbov: -13);
        short[] both = [.. row.Samples.Zip(column.Samples, (a, b) => (short)(a + b))];
        return [new Pcm(8000, both), Signals.Silence(TimeSpan.FromMilliseconds(100))];
    }
}
