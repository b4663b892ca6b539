using System.Globalization;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Baresip;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Conference;

/// <summary>A telephone of others that encrypts (baresip with its own SRTP), in one room with one that does not.</summary>
[Trait("Category", "Interop")]
public sealed class SrtpTests(SrtpTests.Fixture fixture) : IClassFixture<SrtpTests.Fixture>, IDisposable
{
    private const double SecureHz = 1000;
    private const double PlainHz = 1500;

    private readonly string _folder = Directory.CreateTempSubdirectory("srtp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [Trait("Req", "SDP6")]
    [Trait("Req", "SDP7")]
    [InlineData("srtp-mand")]       // RTP/SAVP
    [InlineData("srtp")]            // keys under RTP/AVP
    public async Task An_encrypting_telephone_and_a_plain_one_hear_each_other_also_after_a_hold(string encryption)
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        await using BaresipPhone secure = await StartAsync(encryption);
        Assert.Null(await secure.DialAsync(fixture.Bridge.Address()));
        await secure.PressAsync(room.ParticipantPin + "#");
        string participant = (await room.WaitForAdmittedAsync(1, TimeSpan.FromSeconds(20)))[0].Id;
        System.Text.Json.JsonElement line = (await fixture.Bridge.Api.GetAsync($"rooms/{room.Id}/participants/{participant}")).Required().Body.GetProperty("line");
        Assert.True(line.GetProperty("isEncrypted").GetBoolean());
        (TestPhone plain, _) = await fixture.EnterAsync(room);
        await using (plain)
        {
            await secure.WaitForQuietAsync(TimeSpan.FromSeconds(40));
            await BridgeFixture.WaitForQuietAsync(plain);
            await secure.PlayAsync(Wav("tone.wav", Signals.Tone(SecureHz, TimeSpan.FromMinutes(2), levelDbov: -20)));
            plain.Media.Play(new VoiceClip(Signals.Tone(PlainHz, TimeSpan.FromSeconds(1), levelDbov: -20)));
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            TimeSpan from = MonotonicTime.Now;
            await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
            CheckHeard(plain.Media.Heard.Decode(from, MonotonicTime.Now), SecureHz);
            TimeSpan heardSince = from - secure.RecordingStart!.Value;

            await secure.HoldAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            await secure.ResumeAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            from = MonotonicTime.Now;
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            CheckHeard(plain.Media.Heard.Decode(from, MonotonicTime.Now), SecureHz);

            await secure.HangUpAsync();
            CheckHeard(secure.ReadRecording().Slice(heardSince, TimeSpan.FromSeconds(2.5)), PlainHz);
        }

        BridgeMetricsPage metrics = await fixture.Bridge.ReadMetricsAsync();
        Assert.Equal(0, metrics.SumOrZero("phonebridge_media_packets_dropped_total", "replayed"));
        Assert.DoesNotContain(fixture.Bridge.Log, text => text.Contains("inline:", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public async Task Where_SRTP_is_required_a_plain_call_is_refused_with_the_reason_in_the_log()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            Arguments = ["--Sip:UnknownTrunk:Srtp:Use=Required", "--Sip:UnknownTrunk:Srtp:WithoutTls=true"],
        });
        await using TestPhone plain = fixture.CreatePhone(options => options with { Server = bridge.Sip });
        Assert.Equal(488, (await plain.DialAsync(bridge.Address(), TestContext.Current.CancellationToken)).Status);
        Assert.Contains(bridge.Log, text => text.Contains("SRTP is required", StringComparison.Ordinal));

        // Our own offer asks for it, and this telephone cannot answer so.
        await using TestPhone late = fixture.CreatePhone(options => options with { Server = bridge.Sip, OffersLate = true });
        await late.DialAsync(bridge.Address(), TestContext.Current.CancellationToken);
        await BridgeFixture.WaitUntilIdleAsync(bridge, TimeSpan.FromSeconds(20));
        Assert.Contains(bridge.Log, text => text.Contains("cannot be used: 399", StringComparison.Ordinal));

        await using BaresipPhone secure = await StartAsync("srtp-mand");
        Assert.Null(await secure.DialAsync(bridge.Address()));
        await secure.HangUpAsync();
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public async Task Keys_that_others_can_read_are_refused_unless_the_trunk_says_otherwise()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync();
        await using BaresipPhone secure = await StartAsync("srtp-mand");
        Assert.Contains("488", await secure.DialAsync(bridge.Address()), StringComparison.Ordinal);
        await bridge.Process.WaitForLineAsync(text => text.Contains("SRTP keys are taken over TLS only", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
    }

    private async Task<BaresipPhone> StartAsync(string encryption) => await BaresipPhone.StartAsync(new BaresipOptions
    {
        Name = "secure",
        User = BridgeFixture.NewNumber(),
        Folder = Path.Combine(_folder, "secure"),
        SourceWav = Wav("silence.wav", Signals.Silence(TimeSpan.FromMinutes(2))),
        Codecs = "pcma",
        MediaEncryption = encryption,
    });

    private string Wav(string name, Pcm sound)
    {
        string file = Path.Combine(_folder, name);
        WavFile.Write(file, sound);
        return file;
    }

    private static void CheckHeard(Pcm heard, double toneHz)
    {
        double share = ToneTimeline.Measure(heard, [toneHz]).Share(toneHz, new TimeRange(TimeSpan.Zero, heard.Duration), -30);
        Assert.True(share > 0.9, string.Create(CultureInfo.InvariantCulture, $"{toneHz} Hz is heard in {share:0.00} of the time"));
    }

    /// <summary>A bridge that takes keys over UDP.</summary>
    public sealed class Fixture : BridgeFixture
    {
        /// <inheritdoc/>
        protected override BridgeOptions Options => new()
        {
            Arguments = ["--Sip:UnknownTrunk:Srtp:WithoutTls=true", "--Sip:UnknownTrunk:Srtp:Optimistic=true"],
        };
    }
}
