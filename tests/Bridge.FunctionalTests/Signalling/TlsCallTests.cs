using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Baresip;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Certificates;
using PhoneBridge.Testing.Network;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Signalling;

/// <summary>A bridge with a certificate and a TLS address.</summary>
public class TlsBridge : BridgeFixture
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tls-");

    /// <summary>Makes the certificate.</summary>
    public TlsBridge()
    {
        Renew("bridge");
        File.WriteAllText(AuthorityFile, Authority.Pem);
    }

    /// <summary>Who issued the certificate.</summary>
    public TestAuthority Authority { get; } = new();

    /// <summary>The authority's PEM file.</summary>
    public string AuthorityFile => Path.Combine(_folder.FullName, "ca.pem");

    /// <summary>Further words of the command line.</summary>
    protected virtual IReadOnlyList<string> More => [];

    /// <summary>Where the bridge takes SIP over TLS.</summary>
    public IPEndPoint Tls { get; } = new(IPAddress.Loopback, FreePorts.TakeBlock(1));

    /// <inheritdoc/>
    protected override BridgeOptions Options => new()
    {
        Arguments =
        [
            $"--Sip:Tls:0={Tls}",
            $"--Sip:Certificate:CertificateFile={Path.Combine(_folder.FullName, "bridge.pem")}",
            $"--Sip:Certificate:KeyFile={Path.Combine(_folder.FullName, "bridge.key")}",
            .. More,
        ],
    };

    /// <summary>Puts another certificate in place.</summary>
    public void Renew(string name)
    {
        using X509Certificate2 certificate = Authority.Issue(name, ["127.0.0.1", "localhost"]);
        TestAuthority.Write(certificate, Path.Combine(_folder.FullName, "bridge.pem"), Path.Combine(_folder.FullName, "bridge.key"));
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        Authority.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>A telephone of others calls over TLS and is heard.</summary>
[Trait("Category", "Interop")]
[Trait("Req", "TRA3")]
public sealed class TlsCallTests(TlsBridge fixture) : IClassFixture<TlsBridge>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("baresip-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_baresip_over_TLS_and_one_over_UDP_hear_each_other_and_the_bridge_hangs_up_over_TLS()
    {
        double[] tones = [700, 1300];
        BridgeRoom room = await fixture.OpenRoomAsync();
        string silence = Path.Combine(_folder, "silence.wav");
        WavFile.Write(silence, Signals.Silence(TimeSpan.FromMinutes(2)));
        await using BaresipPhone secure = await StartAsync("secure", silence, fixture.AuthorityFile);
        await using BaresipPhone plain = await StartAsync("plain", silence, null);
        Assert.Null(await secure.DialAsync($"sip:bridge@{fixture.Tls};transport=tls"));
        await secure.PressAsync(room.ParticipantPin + "#");
        string participant = (await room.WaitForAdmittedAsync(1, TimeSpan.FromSeconds(20)))[0].Id;
        Assert.Null(await plain.DialAsync(fixture.Bridge.Address()));
        await plain.PressAsync(room.ParticipantPin + "#");
        await room.WaitForAdmittedAsync(2, TimeSpan.FromSeconds(20));
        BaresipPhone[] phones = [secure, plain];
        await Task.WhenAll(phones.Select(phone => phone.WaitForQuietAsync(TimeSpan.FromSeconds(40))));

        TimeSpan talking = MonotonicTime.Now;
        for (int i = 0; i < phones.Length; i++)
        {
            string wav = Path.Combine(_folder, $"tone{i}.wav");
            WavFile.Write(wav, Signals.Tone(tones[i], TimeSpan.FromMinutes(2), levelDbov: -20));
            await phones[i].PlayAsync(wav);
        }

        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        Task<BaresipEvent> closed = secure.WaitForAsync("CALL_CLOSED", TimeSpan.FromSeconds(15));
        await room.RemoveAsync(participant);
        await closed;
        await plain.HangUpAsync();
        for (int listener = 0; listener < phones.Length; listener++)
        {
            Pcm heard = phones[listener].ReadRecording();
            TimeSpan from = talking - phones[listener].RecordingStart!.Value;
            ToneTimeline timeline = ToneTimeline.Measure(heard.Slice(from, heard.Duration - from), tones);
            double seconds = timeline.Heard(tones[1 - listener], -30).Sum(range => range.Length.TotalSeconds);
            Assert.True(seconds > 2.5, $"{phones[listener].Name} heard the other for {seconds:0.0} s");
        }
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart()
    {
        Assert.NotEqual("CN=renewed", await SubjectAsync());
        fixture.Renew("renewed");
        TimeSpan end = MonotonicTime.Now + TimeSpan.FromSeconds(30);
        while (await SubjectAsync() != "CN=renewed")
        {
            Assert.True(MonotonicTime.Now < end, "the old certificate is still shown");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        }

        string silence = Path.Combine(_folder, "silence.wav");
        WavFile.Write(silence, Signals.Silence(TimeSpan.FromMinutes(1)));
        await using BaresipPhone phone = await StartAsync("later", silence, fixture.AuthorityFile);
        Assert.Null(await phone.DialAsync($"sip:bridge@{fixture.Tls};transport=tls"));
        await phone.HangUpAsync();
    }

    [Fact]
    public async Task SIGHUP_has_the_files_read_again_and_ends_nothing()
    {
        int before = ReadCount();
        fixture.Bridge.Process.Reload();
        TimeSpan end = MonotonicTime.Now + TimeSpan.FromSeconds(20);
        while (ReadCount() == before)
        {
            Assert.True(MonotonicTime.Now < end, "the files were not read again");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        Assert.StartsWith("CN=", await SubjectAsync(), StringComparison.Ordinal);
        int ReadCount() => fixture.Bridge.Log.Count(line => line.Contains("Certificate of bridge read", StringComparison.Ordinal));
    }

    private Task<BaresipPhone> StartAsync(string name, string silence, string? authorityFile) => BaresipPhone.StartAsync(new BaresipOptions
    {
        Name = name,
        User = BridgeFixture.NewNumber(),
        Folder = Path.Combine(_folder, name),
        SourceWav = silence,
        TlsAuthorityFile = authorityFile,
    });

    private async Task<string> SubjectAsync()
    {
        using TcpClient client = new();
        await client.ConnectAsync(fixture.Tls, TestContext.Current.CancellationToken);
        await using SslStream tls = new(client.GetStream(), leaveInnerStreamOpen: false);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { fixture.Authority.Trust[0] },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
            TestContext.Current.CancellationToken);
        return tls.RemoteCertificate!.Subject;
    }
}
