using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Bridge.Certificates;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Shutdown;
using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Sip.Transport;
using PhoneBridge.Testing.Certificates;

namespace PhoneBridge.Bridge.Tests.Certificates;

/// <summary>Certificates are read, read again and watched.</summary>
[Trait("Req", "TRA3")]
public sealed class TlsCertificatesTests : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(11);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-06-01T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
    private readonly TestAuthority _authority;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly HealthBoard _health;
    private readonly BridgeMetrics _metrics;
    private readonly SipOptions _options;

    public TlsCertificatesTests()
    {
        _authority = new TestAuthority(now: _time.GetUtcNow());
        _health = new HealthBoard(_time, NullLogger<HealthBoard>.Instance);
        _metrics = new BridgeMetrics(_services.GetRequiredService<IMeterFactory>(), _health, new DrainState());
        _options = new SipOptions { Certificate = new CertificateOptions { CertificateFile = CertificateFile, KeyFile = KeyFile } };
    }

    private string CertificateFile => Path.Combine(_folder.Path, "bridge.pem");

    private string KeyFile => Path.Combine(_folder.Path, "bridge.key");

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_renewed_certificate_is_taken_without_a_restart_and_a_bad_one_leaves_the_old_in_service()
    {
        Write("first", TimeSpan.FromDays(90));
        using TlsCertificates certificates = New();
        await certificates.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("CN=first", HealthState.Up), (Subject(certificates), State.State));

        Write("second", TimeSpan.FromDays(90));
        await UntilAsync(certificates, () => Subject(certificates) == "CN=second");

        await File.WriteAllTextAsync(CertificateFile, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", TestContext.Current.CancellationToken);
        await UntilAsync(certificates, () => State.State == HealthState.Degraded);
        Assert.Equal("CN=second", Subject(certificates));
        Assert.Contains(CertificateFile, State.Reason, StringComparison.Ordinal);

        Write("third", TimeSpan.FromDays(90));
        await UntilAsync(certificates, () => State.State == HealthState.Up);
        Assert.Equal("CN=third", Subject(certificates));
        await certificates.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused_and_so_is_a_missing_file()
    {
        Write("first", TimeSpan.FromDays(90));
        using TlsCertificates certificates = New();
        using (X509Certificate2 other = _authority.Issue("other", ["bridge.example"]))
        {
            TestAuthority.Write(other, Path.Combine(_folder.Path, "unused"), KeyFile);
        }

        certificates.Refresh(isForced: true);
        Assert.Equal((HealthState.Degraded, "CN=first"), (State.State, Subject(certificates)));
        File.Delete(KeyFile);
        certificates.Refresh(isForced: false);
        Assert.Contains(KeyFile, State.Reason, StringComparison.Ordinal);
        Assert.Equal("CN=first", Subject(certificates));
    }

    [Fact]
    public void Its_end_is_announced_two_weeks_before_and_shown_as_a_metric()
    {
        Write("first", TimeSpan.FromDays(30));
        using TlsCertificates certificates = New();
        Assert.Equal(HealthState.Up, State.State);
        Assert.Equal(30 * 86400, RemainingSeconds());
        _time.Advance(TimeSpan.FromDays(16));
        certificates.Refresh(isForced: false);
        Assert.Equal((HealthState.Degraded, "bridge: the certificate ends on 2026-07-01 12:00:00Z"), (State.State, State.Reason));
        _time.Advance(TimeSpan.FromDays(14));
        certificates.Refresh(isForced: false);
        Assert.Equal(HealthState.Down, State.State);
        Assert.False(State.IsRequired);
    }

    [Fact]
    public void Without_a_certificate_there_is_nothing_to_warn_of()
    {
        _options.Certificate = new CertificateOptions();
        using TlsCertificates certificates = New();
        Assert.Equal((HealthState.Up, "no certificate is configured"), (State.State, State.Reason));
        Assert.Null(certificates.Current.Certificate);
    }

    [Fact]
    [Trait("Req", "TRA4")]
    public void What_is_expected_of_a_trunk_comes_from_its_settings_and_its_registration()
    {
        Write("first", TimeSpan.FromDays(90));
        string authorities = Path.Combine(_folder.Path, "operator-ca.pem");
        File.WriteAllText(authorities, _authority.Pem);
        _options.Trunks =
        [
            new TrunkOptions
            {
                Name = "operator",
                Sources = ["192.0.2.0/24"],
                Tls = new TrunkTlsOptions
                {
                    Names = ["sbc.example.net"], AuthorityFile = authorities, DemandCertificate = true, CertificateFile = CertificateFile, KeyFile = KeyFile,
                },
            },
            new TrunkOptions
            {
                Name = "registered", Registration = new TrunkRegistrationOptions { Registrar = "sip.example.org:5061", Domain = "example.org" },
            },
        ];
        using TlsCertificates certificates = New(new Dictionary<string, IPAddress[]> { ["sip.example.org:5061"] = [IPAddress.Parse("198.51.100.7")] });
        SipTlsPeer strict = certificates.Current.Peers[0];
        Assert.Equal(
            (true, true, 1, true, false),
            (strict.IsKnownByCertificate, strict.MustShowCertificate, strict.Authorities!.Count, strict.IsAt(IPAddress.Parse("192.0.2.9")), strict.IsAt(IPAddress.Parse("198.51.100.7"))));
        Assert.Equal("CN=first", strict.OwnCertificate!.TargetCertificate.Subject);
        SipTlsPeer registered = certificates.Current.Peers[1];
        Assert.Equal(["sip.example.org", "example.org"], registered.CertificateNames);
        Assert.Equal((false, true, null), (registered.IsKnownByCertificate, registered.IsAt(IPAddress.Parse("198.51.100.7")), registered.Authorities));
    }

    private HealthEntry State => _health.Read().Single(e => e.Thing == OutsideThing.TlsCertificates);

    private static string? Subject(TlsCertificates certificates) => certificates.Current.Certificate?.TargetCertificate.Subject;

    private TlsCertificates New(IReadOnlyDictionary<string, IPAddress[]>? addresses = null)
    {
        TrunkTables trunks = new(Options.Create(_options));
        trunks.Replace(_options, addresses ?? new Dictionary<string, IPAddress[]>());
        return new TlsCertificates(Options.Create(_options), trunks, _health, _metrics, _time, NullLogger<TlsCertificates>.Instance);
    }

    private void Write(string name, TimeSpan until)
    {
        using X509Certificate2 certificate = _authority.Issue(name, ["bridge.example"], until: until);
        TestAuthority.Write(certificate, CertificateFile, KeyFile);
        File.SetLastWriteTimeUtc(CertificateFile, _time.GetUtcNow().UtcDateTime);
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    // The timer's work is done on the pool: each look advances the clock, and what it found is waited for.
    private async Task UntilAsync(TlsCertificates certificates, Func<bool> isTrue)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        while (!isTrue())
        {
            _time.Advance(Look);
            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
        }

        GC.KeepAlive(certificates);
    }

    private int RemainingSeconds()
    {
        int seconds = 0;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "phonebridge.sip.certificate.remaining" && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) =>
        {
            Assert.Equal("bridge", tags[0].Value);
            seconds = value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return seconds + 1;     // what was written a second ago
    }
}
