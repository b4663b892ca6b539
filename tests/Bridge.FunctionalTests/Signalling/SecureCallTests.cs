using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Baresip;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Signalling;

/// <summary>A trunk that is encrypted throughout: SIP over TLS, audio by SRTP with the keys that travel there, nothing else taken.</summary>
[Trait("Category", "Interop")]
public sealed class SecureCallTests(SecureCallTests.Fixture fixture) : IClassFixture<SecureCallTests.Fixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("secure-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Req", "TRA3")]
    [Trait("Req", "SDP6")]
    [Trait("Req", "SDP7")]
    public async Task Two_baresips_over_TLS_and_SRTP_hear_each_other()
    {
        double[] tones = [700, 1300];
        BridgeRoom room = await fixture.OpenRoomAsync();
        await using BaresipPhone first = await StartAsync("first", isSecure: true);
        await using BaresipPhone second = await StartAsync("second", isSecure: true);
        BaresipPhone[] phones = [first, second];
        for (int i = 0; i < phones.Length; i++)
        {
            Assert.Null(await phones[i].DialAsync($"sip:bridge@{fixture.Tls};transport=tls"));
            await phones[i].PressAsync(room.ParticipantPin + "#");
            await room.WaitForAdmittedAsync(i + 1, TimeSpan.FromSeconds(20));
        }

        foreach (RoomParticipant participant in await room.ParticipantsAsync())
        {
            ApiAnswer shown = (await fixture.Bridge.Api.GetAsync($"rooms/{room.Id}/participants/{participant.Id}")).Required();
            Assert.True(shown.Body.GetProperty("line").GetProperty("isEncrypted").GetBoolean());
        }

        await Task.WhenAll(phones.Select(phone => phone.WaitForQuietAsync(TimeSpan.FromSeconds(40))));
        TimeSpan talking = MonotonicTime.Now;
        for (int i = 0; i < phones.Length; i++)
        {
            await phones[i].PlayAsync(Wav($"tone{i}.wav", Signals.Tone(tones[i], TimeSpan.FromMinutes(2), levelDbov: -20)));
        }

        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        await first.HangUpAsync();
        await second.HangUpAsync();
        for (int listener = 0; listener < phones.Length; listener++)
        {
            Pcm heard = phones[listener].ReadRecording();
            TimeSpan from = talking - phones[listener].RecordingStart!.Value;
            ToneTimeline timeline = ToneTimeline.Measure(heard.Slice(from, heard.Duration - from), tones);
            double seconds = timeline.Heard(tones[1 - listener], -30).Sum(range => range.Length.TotalSeconds);
            Assert.True(seconds > 2.5, $"{phones[listener].Name} heard the other for {seconds:0.0} s");
        }

        Assert.DoesNotContain(fixture.Bridge.Log, text => text.Contains("inline:", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public async Task Plain_audio_over_TLS_or_UDP_is_refused_and_so_are_keys_over_UDP()
    {
        await using BaresipPhone plain = await StartAsync("plain", isSecure: false);
        Assert.Contains("488", await plain.DialAsync(fixture.Bridge.Address()), StringComparison.Ordinal);

        await using BaresipPhone clear = await StartAsync("clear", isSecure: true, encryption: null);
        Assert.Contains("488", await clear.DialAsync($"sip:bridge@{fixture.Tls};transport=tls"), StringComparison.Ordinal);

        await using BaresipPhone open = await StartAsync("open", isSecure: false, encryption: "srtp-mand");
        Assert.Contains("488", await open.DialAsync(fixture.Bridge.Address()), StringComparison.Ordinal);

        Assert.Contains(fixture.Bridge.Log, text => text.Contains("SRTP is required", StringComparison.Ordinal));
        Assert.Contains(fixture.Bridge.Log, text => text.Contains("SRTP keys are taken over TLS only", StringComparison.Ordinal));
    }

    private Task<BaresipPhone> StartAsync(string name, bool isSecure) => StartAsync(name, isSecure, isSecure ? "srtp-mand" : null);

    private async Task<BaresipPhone> StartAsync(string name, bool isSecure, string? encryption) => await BaresipPhone.StartAsync(new BaresipOptions
    {
        Name = name,
        User = BridgeFixture.NewNumber(),
        Folder = Path.Combine(_folder, name),
        SourceWav = Wav("silence.wav", Signals.Silence(TimeSpan.FromMinutes(2))),
        Codecs = "pcma",
        TlsAuthorityFile = isSecure ? fixture.AuthorityFile : null,
        MediaEncryption = encryption,
    });

    private string Wav(string name, Pcm sound)
    {
        string file = Path.Combine(_folder, name);
        WavFile.Write(file, sound);
        return file;
    }

    /// <summary>A bridge with one trunk, which must encrypt.</summary>
    public sealed class Fixture : TlsBridge
    {
        /// <inheritdoc/>
        protected override IReadOnlyList<string> More =>
            ["--Sip:Trunks:0:Name=secure", "--Sip:Trunks:0:Sources:0=127.0.0.1", "--Sip:Trunks:0:Srtp:Use=Required"];
    }
}
