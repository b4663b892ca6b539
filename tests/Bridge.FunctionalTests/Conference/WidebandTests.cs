using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Baresip;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Conference;

/// <summary>Telephones of others that speak G.722 and Opus, in one room with one that speaks G.711.</summary>
[Trait("Category", "Interop")]
public sealed class WidebandTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>, IDisposable
{
    private const double WideHz = 1000;
    private const double NarrowHz = 1500;

    private readonly string _folder = Directory.CreateTempSubdirectory("wideband-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [Trait("Req", "G722")]
    [Trait("Req", "OPUS")]
    [InlineData("G722/16000/1", "G722", 16000)]
    [InlineData("opus/48000/2", "opus", 48000)]
    public async Task A_wideband_telephone_and_one_with_G711_hear_each_other(string codecs, string codec, int sampleRateHz)
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        string silence = Path.Combine(_folder, "silence.wav");
        string tone = Path.Combine(_folder, "tone.wav");
        WavFile.Write(silence, Signals.Silence(TimeSpan.FromMinutes(2)));
        WavFile.Write(tone, Signals.Tone(WideHz, TimeSpan.FromMinutes(2), levelDbov: -20));
        await using BaresipPhone wide = await BaresipPhone.StartAsync(new BaresipOptions
        {
            Name = "wide",
            User = BridgeFixture.NewNumber(),
            Folder = Path.Combine(_folder, codec),
            SourceWav = silence,
            Codecs = codecs,
        });
        Assert.Null(await wide.DialAsync(fixture.Bridge.Address()));
        await wide.PressAsync(room.ParticipantPin + "#");
        RoomParticipant first = (await room.WaitForAdmittedAsync(1, TimeSpan.FromSeconds(20)))[0];
        (TestPhone narrow, _) = await fixture.EnterAsync(room);
        await using (narrow)
        {
            await wide.WaitForQuietAsync(TimeSpan.FromSeconds(40));
            await BridgeFixture.WaitForQuietAsync(narrow);
            await wide.PlayAsync(tone);
            narrow.Media.Play(new VoiceClip(Signals.Tone(NarrowHz, TimeSpan.FromSeconds(1), levelDbov: -20)));
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            TimeSpan from = MonotonicTime.Now;
            await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

            System.Text.Json.JsonElement line = (await fixture.Bridge.Api.GetAsync($"rooms/{room.Id}/participants/{first.Id}")).Required().Body.GetProperty("line");
            Assert.Equal((codec, sampleRateHz), (line.GetProperty("codec").GetString(), line.GetProperty("sampleRateHz").GetInt32()));

            Pcm atNarrow = narrow.Media.Heard.Decode(from, MonotonicTime.Now);
            CheckHeard(atNarrow, WideHz, NarrowHz);
            TimeSpan heardSince = from - wide.RecordingStart!.Value;
            await wide.HangUpAsync();
            Pcm atWide = wide.ReadRecording();
            CheckHeard(atWide.Slice(heardSince, TimeSpan.FromSeconds(2.5)), NarrowHz, WideHz);
        }
    }

    private static void CheckHeard(Pcm heard, double othersHz, double ownHz)
    {
        ToneTimeline timeline = ToneTimeline.Measure(heard, [othersHz, ownHz]);
        TimeRange all = new(TimeSpan.Zero, heard.Duration);
        Assert.True(timeline.Share(othersHz, all, -30) > 0.9, $"{othersHz} Hz is heard in {timeline.Share(othersHz, all, -30):0.00} of the time");
        Assert.True(timeline.Median(ownHz, all) < -45, $"the own {ownHz} Hz comes back at {timeline.Median(ownHz, all):0} dBov");
    }
}
