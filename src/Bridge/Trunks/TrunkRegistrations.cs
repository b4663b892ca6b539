using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Sip.Registration;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>Signs the bridge on at the trunks that want it, finds their registrars by name, and shows how each stands.</summary>
/// <remarks>Waiting and trying again is the registration's own; here the name is looked up again while it fails.</remarks>
internal sealed partial class TrunkRegistrations : IHostedService, IDisposable
{
    private static readonly TimeSpan LookUpEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookUpLimit = TimeSpan.FromSeconds(10);

    private readonly CallService _calls;
    private readonly RegistrarAddresses _addresses;
    private readonly HealthBoard _health;
    private readonly TimeProvider _time;
    private readonly ILogger<TrunkRegistrations> _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _reporting = new();
    private readonly Entry[] _entries;
    private Task _keeping = Task.CompletedTask;

    public TrunkRegistrations(
        CallService calls, RegistrarAddresses addresses, HealthBoard health, BridgeMetrics metrics, IOptions<SipOptions> options,
        TimeProvider time, ILogger<TrunkRegistrations> logger)
    {
        _calls = calls;
        _addresses = addresses;
        _health = health;
        _time = time;
        _logger = logger;
        _entries = [.. options.Value.Trunks.Where(trunk => trunk.Registration is not null).Select(trunk => new Entry(trunk.Name, trunk.Registration!))];
        metrics.ObserveGauges(
            "phonebridge.trunk.registration.state",
            "Registration of a trunk: 0 registering, 1 registered, 2 failing, 3 refused, 4 leaving, 5 ended.",
            () => _entries.Select(entry => new Measurement<int>((int)entry.State, new KeyValuePair<string, object?>("trunk", entry.Trunk))));
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Report();
        _keeping = Task.WhenAll(_entries.Select(entry => KeepAsync(entry, _stop.Token)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        foreach (Entry entry in _entries)
        {
            entry.Registration?.Stop();     // the end point waits for the answer when it stops
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>The words of the health page for all trunks together: a state, and who is not registered and why.</summary>
    internal static (HealthState State, string Reason) Summarise(IReadOnlyList<(string Trunk, SipRegistrationState State, string Words)> trunks)
    {
        if (trunks.Count == 0)
        {
            return (HealthState.Up, "no trunk asks for a registration");
        }

        string reason = string.Join("; ", trunks.Where(one => one.State != SipRegistrationState.Registered).Select(one => $"{one.Trunk}: {one.Words}"));
        bool isOneWrong = trunks.Any(one => one.State is SipRegistrationState.Failing or SipRegistrationState.Refused);
        bool isOneRight = trunks.Any(one => one.State == SipRegistrationState.Registered);
        return (isOneWrong, isOneRight) switch
        {
            _ when reason.Length == 0 => (HealthState.Up, ""),
            (false, _) => (HealthState.Starting, reason),
            (true, true) => (HealthState.Degraded, reason),
            (true, false) => (HealthState.Down, reason),
        };
    }

    private async Task KeepAsync(Entry entry, CancellationToken stop)
    {
        using PeriodicTimer timer = new(LookUpEvery, _time);
        try
        {
            do
            {
                if (entry.Registration is null || entry.State == SipRegistrationState.Failing)
                {
                    await PointAsync(entry, stop).ConfigureAwait(false);
                }
            }
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
        }
    }

    // Towards the registrar's address, or the next of its addresses when the last one failed.
    private async Task PointAsync(Entry entry, CancellationToken stop)
    {
        entry.Options.TryReadRegistrar(out string? host, out int port);
        IPAddress[] addresses = await LookUpAsync(host!, stop).ConfigureAwait(false);
        if (addresses.Length == 0)
        {
            if (entry.Registration is null)
            {
                entry.IsNameless = true;
                Tell(entry);
            }

            return;
        }

        entry.IsNameless = false;
        _addresses.Set(entry.Trunk, addresses);
        IPAddress[] reachable = Array.FindAll(
            addresses, address => _calls.Endpoint.Bound.Any(l => l.Transport == entry.Options.Transport && l.EndPoint.AddressFamily == address.AddressFamily));
        IPAddress[] candidates = reachable.Length == 0 ? addresses : reachable;
        IPEndPoint registrar = new(candidates[entry.Turn++ % candidates.Length], port);
        if (entry.Registration is { } registration)
        {
            registration.MoveTo(registrar);
            return;
        }

        TrunkRegistrationOptions options = entry.Options;
        entry.Registration = _calls.Endpoint.Register(
            new SipRegistrationOptions
            {
                User = options.User,
                Domain = options.Domain.Length == 0 ? host! : options.Domain,
                Registrar = registrar,
                Transport = options.Transport,
                Credentials = options.ToCredentials(),
                Expires = options.Expires,
            },
            status =>
            {
                entry.Status = status;
                Tell(entry);
            });
    }

    private static async Task<IPAddress[]> LookUpAsync(string host, CancellationToken stop)
    {
        if (IPAddress.TryParse(host, out IPAddress? written))
        {
            return [written];
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(LookUpLimit);
        try
        {
            return await Dns.GetHostAddressesAsync(host, limit.Token).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return [];
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return [];
        }
    }

    private void Tell(Entry entry)
    {
        LogLevel level = entry.State switch
        {
            SipRegistrationState.Refused => LogLevel.Error,
            SipRegistrationState.Failing => LogLevel.Warning,
            _ => LogLevel.Information,
        };
        if (_logger.IsEnabled(level))
        {
            LogChanged(_logger, level, entry.Trunk, entry.Words);
        }

        if (!_stop.IsCancellationRequested)
        {
            Report();
        }
    }

    // One at a time: an older view must not overwrite a newer one.
    private void Report()
    {
        lock (_reporting)
        {
            (HealthState state, string reason) = Summarise([.. _entries.Select(entry => (entry.Trunk, entry.State, entry.Words))]);
            _health.Report(OutsideThing.TrunkRegistrations, state, reason);
        }
    }

    [LoggerMessage(EventId = 2300, EventName = "TrunkRegistration", Message = "Registration of trunk {Trunk}: {State}")]
    private static partial void LogChanged(ILogger logger, LogLevel level, string trunk, string state);

    /// <summary>One trunk's registration; the status is written by the SIP loop, the rest by the trunk's own task.</summary>
    private sealed class Entry(string trunk, TrunkRegistrationOptions options)
    {
        private volatile SipRegistrationStatus? _status;
        private volatile bool _isNameless;

        public string Trunk => trunk;

        public TrunkRegistrationOptions Options => options;

        public SipRegistration? Registration { get; set; }

        public int Turn { get; set; }

        public bool IsNameless
        {
            get => _isNameless;
            set => _isNameless = value;
        }

        public SipRegistrationStatus? Status
        {
            get => _status;
            set => _status = value;
        }

        public SipRegistrationState State =>
            IsNameless ? SipRegistrationState.Failing : Status?.State ?? SipRegistrationState.Registering;

        public string Words => (IsNameless, Status) switch
        {
            (true, _) => "failing, the registrar's name is not found",
            (_, { State: SipRegistrationState.Failing } s) => $"failing, {Why(s)}",
            (_, { State: SipRegistrationState.Refused } s) => $"refused, {Why(s)}; nothing more is tried before a restart",
            (_, { State: SipRegistrationState.Registered }) => "registered",
            (_, { State: SipRegistrationState.Leaving }) => "leaving",
            (_, { State: SipRegistrationState.Ended }) => "ended",
            _ => "registering",
        };

        private static string Why(SipRegistrationStatus status) => status.Reason switch
        {
            SipRegistrationReason.TimedOut => "no answer",
            SipRegistrationReason.TransportFailed => "nothing can be sent there",
            SipRegistrationReason.WrongCredentials => "user or password are not accepted",
            SipRegistrationReason.UnknownChallenge => "an unknown authentication is asked for",
            SipRegistrationReason.NotBound => "our address was not kept",
            _ => $"status {status.StatusCode}",
        };
    }
}
