using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Certificates;

/// <summary>The certificates that SIP over TLS goes by: read again when their files change or when it is asked for, watched for their end.</summary>
/// <remarks>A new file that cannot be used leaves the old certificate in service, and the health page says so.</remarks>
internal sealed partial class TlsCertificates : IHostedService, IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly SipOptions _options;
    private readonly TrunkTables _trunks;
    private readonly HealthBoard _health;
    private readonly TimeProvider _time;
    private readonly ILogger<TlsCertificates> _logger;
    private readonly FileBacked<OwnCertificate>? _own;
    private volatile Dictionary<string, FileBacked<OwnCertificate>> _towards = [];
    private Dictionary<string, FileBacked<X509Certificate2Collection>> _authorities = [];
    private readonly Lock _refreshing = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;
    private SipOptions? _followed;
    private volatile SipTlsSettings _current = new();

    public TlsCertificates(
        IOptions<SipOptions> options, TrunkTables trunks, HealthBoard health, BridgeMetrics metrics, TimeProvider time,
        ILogger<TlsCertificates> logger)
    {
        _options = options.Value;
        _trunks = trunks;
        _health = health;
        _time = time;
        _logger = logger;
        if (_options.Certificate.CertificateFile.Length != 0)
        {
            _own = Pair("bridge", _options.Certificate.CertificateFile, _options.Certificate.KeyFile);
        }

        metrics.ObserveGauges(
            "phonebridge.sip.certificate.remaining",
            "Seconds that a certificate of ours has left, by whom it is for: bridge, or a trunk. Negative: it is over.",
            () => Own.Where(c => c.Value is not null).Select(c => new Measurement<int>(
                (int)Math.Clamp((c.Value!.NotAfter - _time.GetUtcNow()).TotalSeconds, int.MinValue, int.MaxValue),
                new KeyValuePair<string, object?>("certificate", c.Name))));
        Refresh(isForced: true);
    }

    /// <summary>What handshakes go by now. Any thread.</summary>
    public SipTlsSettings Current => _current;

    private IEnumerable<FileBacked<OwnCertificate>> Own => _own is null ? _towards.Values : _towards.Values.Prepend(_own);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _watching = WatchAsync(_stop.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>Looks at the trunks in force, at the files and at the time. Any thread.</summary>
    /// <param name="isForced">Whether files are read although they did not change.</param>
    internal void Refresh(bool isForced)
    {
        // By the timer and by a reload: one after the other.
        lock (_refreshing)
        {
            bool isOneRead = FollowTrunks();
            isForced |= isOneRead;
            foreach (FileBacked<OwnCertificate> certificate in Own)
            {
                isOneRead |= Refresh(certificate, isForced, static own => $"{own.Subject}, until {own.NotAfter:u}");
            }

            foreach (FileBacked<X509Certificate2Collection> authorities in _authorities.Values)
            {
                isOneRead |= Refresh(authorities, isForced, static all => $"{all.Count}");
            }

            if (isOneRead || isForced)
            {
                _current = new SipTlsSettings { Certificate = _own?.Value?.Context, Peers = [.. _trunks.Current.Trunks.Select(PeerOf)] };
            }

            Report();
        }
    }

    // Trunks are reloaded while we run: the files are those of the trunks in force.
    private bool FollowTrunks()
    {
        SipOptions inForce = _trunks.Current.Options;
        if (ReferenceEquals(inForce, _followed))
        {
            return false;
        }

        _followed = inForce;
        Dictionary<string, FileBacked<OwnCertificate>> towards = [];
        Dictionary<string, FileBacked<X509Certificate2Collection>> authorities = [];
        foreach ((string trunk, TrunkTlsOptions tls) in inForce.Trunks.Where(t => t.Tls is not null).Select(t => (t.Name, t.Tls!)))
        {
            if (tls.CertificateFile.Length != 0)
            {
                towards.Add(trunk, Pair(trunk, tls.CertificateFile, tls.KeyFile));
            }

            if (tls.AuthorityFile.Length != 0)
            {
                authorities.Add(trunk, new($"authorities of {trunk}", [tls.AuthorityFile], () => PemFiles.ReadAuthorities(tls.AuthorityFile)));
            }
        }

        _towards = towards;
        _authorities = authorities;
        return true;
    }

    private static FileBacked<OwnCertificate> Pair(string name, string certificateFile, string keyFile) =>
        new(name, [certificateFile, keyFile], () => PemFiles.ReadOwn(certificateFile, keyFile));

    private bool Refresh<T>(FileBacked<T> backed, bool isForced, Func<T, string> describe)
        where T : class
    {
        if (!backed.Refresh(isForced))
        {
            return false;
        }

        if (backed.Fault is { } fault)
        {
            LogKept(_logger, backed.Name, fault);
            return true;
        }

        string what = describe(backed.Value!);
        LogRead(_logger, backed.Name, what);
        return true;
    }

    private SipTlsPeer PeerOf(TrunkOptions trunk) => new()
    {
        Name = trunk.Name,
        IsAt = address => _trunks.Current.IsAt(trunk.Name, address),
        CertificateNames = trunk.Tls is { Names.Count: > 0 } tls ? [.. tls.Names] : [.. trunk.Registration?.CertificateNames() ?? []],
        Authorities = _authorities.GetValueOrDefault(trunk.Name) is { } authorities ? authorities.Value ?? [] : null,
        IsKnownByCertificate = trunk.Tls is { Names.Count: > 0 },
        MustShowCertificate = trunk.Tls is { DemandCertificate: true },
        OwnCertificate = _towards.GetValueOrDefault(trunk.Name)?.Value?.Context,
    };

    private async Task WatchAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(LookEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                Refresh(isForced: false);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Report()
    {
        DateTimeOffset now = _time.GetUtcNow();
        List<string> faults = [.. Own.Select(c => c.Fault).Concat(_authorities.Values.Select(a => a.Fault)).OfType<string>()];
        bool isOneMissing = Own.Any(c => c.Value is null || c.Value.NotAfter <= now);
        foreach (FileBacked<OwnCertificate> certificate in Own)
        {
            if (certificate.Value is { } own && own.NotAfter - now <= _options.Certificate.WarnBefore)
            {
                faults.Add($"{certificate.Name}: the certificate {(own.NotAfter <= now ? "ended" : "ends")} on {own.NotAfter:u}");
            }
        }

        _health.Report(
            OutsideThing.TlsCertificates,
            isOneMissing ? HealthState.Down : faults.Count != 0 ? HealthState.Degraded : HealthState.Up,
            faults.Count != 0 ? string.Join("; ", faults) : Own.Any() ? "" : "no certificate is configured");
    }

    [LoggerMessage(EventId = 2400, EventName = "CertificateRead", Level = LogLevel.Information, Message = "Certificate of {Name} read: {What}")]
    private static partial void LogRead(ILogger logger, string name, string what);

    [LoggerMessage(EventId = 2401, EventName = "CertificateKept", Level = LogLevel.Error,
        Message = "The certificate files of {Name} cannot be used, what was read before stays: {Why}")]
    private static partial void LogKept(ILogger logger, string name, string why);
}
