using System.Diagnostics.Metrics;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Bridge.Trunks.Locating;
using PhoneBridge.Sip.Registration;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>Runs what the trunks need, registrations and watches over peers, and follows when the table of trunks changes.</summary>
internal sealed partial class TrunkKeeper : IHostedService, IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PatienceAtStop = TimeSpan.FromSeconds(2);

    private readonly CallService _calls;
    private readonly TrunkTables _tables;
    private readonly PeerLocator _locator;
    private readonly TrunkFigures _figures;
    private readonly TrunkStates _states;
    private readonly HealthBoard _health;
    private readonly TimeProvider _time;
    private readonly ILogger<TrunkKeeper> _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _reporting = new();
    private readonly Lock _changing = new();
    private readonly Dictionary<string, string> _told = [];
    private volatile IReadOnlyList<KeptTrunk> _kept = [];
    private Task _looking = Task.CompletedTask;

    public TrunkKeeper(
        CallService calls, TrunkTables tables, PeerLocator locator, TrunkFigures figures, TrunkStates states, HealthBoard health, BridgeMetrics metrics,
        TimeProvider time, ILogger<TrunkKeeper> logger)
    {
        _calls = calls;
        _tables = tables;
        _locator = locator;
        _figures = figures;
        _states = states;
        _health = health;
        _time = time;
        _logger = logger;
        metrics.ObserveGauges(
            "phonebridge.trunk.registration.state",
            "Registration of a trunk: 0 registering, 1 registered, 2 failing, 3 refused, 4 leaving, 5 ended.",
            () => _kept.Where(trunk => trunk.Registration is not null)
                .Select(trunk => new Measurement<int>((int)trunk.Registration!.State, new KeyValuePair<string, object?>("trunk", trunk.Options.Name))));
    }

    /// <summary>The trunks with what runs for them, in their order. Any thread.</summary>
    public IReadOnlyList<KeptTrunk> Kept => _kept;

    /// <summary>The ways to and from the registrar of a trunk, for calls of ours; none when it is not registered. Any thread.</summary>
    public SipRegistrationRoutes RoutesOf(string trunk) =>
        _kept.FirstOrDefault(kept => kept.Options.Name == trunk)?.Registration?.Routes ?? SipRegistrationRoutes.None;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Follow();
        _looking = LookAsync(_stop.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(false);
        IReadOnlyList<KeptTrunk> kept = _kept;
        foreach (KeptTrunk trunk in kept)
        {
            trunk.Registration?.Dispose();
            trunk.Watch?.Dispose();
        }

        // Who does not answer our signing off is waited for by the end point, a moment longer.
        Task all = Task.WhenAll(kept.SelectMany(trunk => (Task[])[trunk.Registering, trunk.Watching]));
        await Task.WhenAny(all, Task.Delay(PatienceAtStop, _time, CancellationToken.None)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>Brings what runs in line with the table of trunks. What did not change runs on.</summary>
    public void Follow()
    {
        lock (_changing)
        {
            if (_stop.IsCancellationRequested)
            {
                return;     // a reload that comes while we stop begins nothing
            }

            Dictionary<string, KeptTrunk> before = _kept.ToDictionary(trunk => trunk.Options.Name);
            List<KeptTrunk> after = [];
            foreach (TrunkOptions options in _tables.Current.Trunks)
            {
                before.Remove(options.Name, out KeptTrunk? old);
                after.Add(Keep(options, old));
            }

            foreach (KeptTrunk gone in before.Values)
            {
                gone.Registration?.Dispose();
                gone.Watch?.Dispose();
            }

            _kept = after;
            _figures.KeepOnly(after.Select(trunk => trunk.Options.Name));
        }

        OnChange();
    }

    /// <summary>The words of the health page for all registrations together: a state, and who is not registered and why.</summary>
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

    private KeptTrunk Keep(TrunkOptions options, KeptTrunk? old)
    {
        bool keepsRegistration = old?.CanKeepRegistration(options) == true;
        bool keepsWatch = old?.CanKeepWatch(options) == true;
        TrunkRegistration? registration = keepsRegistration ? old!.Registration
            : options.Registration is { } wanted ? new TrunkRegistration(wanted, _calls.Endpoint, _locator, _time, OnChange)
            : null;
        PeerWatch? watch = keepsWatch ? old!.Watch : WatchOf(options);
        if (!keepsRegistration)
        {
            old?.Registration?.Dispose();
        }

        if (!keepsWatch)
        {
            old?.Watch?.Dispose();
        }

        return new KeptTrunk(options, registration, watch)
        {
            // After the old one has signed off: its last request would take the new one's address away.
            Registering = keepsRegistration ? old!.Registering : RunAfterAsync(old?.Registering, registration),
            Watching = keepsWatch ? old!.Watching : watch?.RunAsync() ?? Task.CompletedTask,
        };
    }

    private PeerWatch? WatchOf(TrunkOptions options) => options.Peer is { } peer && peer.OptionsInterval > TimeSpan.Zero
        ? new PeerWatch(peer, _locator, _calls.Endpoint.AskAsync, _figures[options.Name].HasSentWithin, _time, OnChange)
        : null;

    private static async Task RunAfterAsync(Task? before, TrunkRegistration? registration)
    {
        await (before ?? Task.CompletedTask).ConfigureAwait(false);
        if (registration is not null)
        {
            await registration.RunAsync().ConfigureAwait(false);
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(LookEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                _states.Look(_kept);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    // One at a time: an older view must not overwrite a newer one.
    private void OnChange()
    {
        lock (_reporting)
        {
            IReadOnlyList<KeptTrunk> registered = [.. _kept.Where(trunk => trunk.Registration is not null)];
            foreach (KeptTrunk trunk in registered)
            {
                Tell(trunk.Options.Name, trunk.Registration!);
            }

            if (!_stop.IsCancellationRequested)
            {
                (HealthState state, string reason) = Summarise([.. registered.Select(trunk => (trunk.Options.Name, trunk.Registration!.State, trunk.Registration.Words))]);
                _health.Report(OutsideThing.TrunkRegistrations, state, reason);
                _states.Look(_kept);
            }
        }
    }

    private void Tell(string trunk, TrunkRegistration registration)
    {
        string words = registration.Words;
        if (words == _told.GetValueOrDefault(trunk, "registering"))
        {
            return;
        }

        _told[trunk] = words;
        LogLevel level = registration.State switch
        {
            SipRegistrationState.Refused => LogLevel.Error,
            SipRegistrationState.Failing => LogLevel.Warning,
            _ => LogLevel.Information,
        };
        if (_logger.IsEnabled(level))
        {
            LogChanged(_logger, level, trunk, words);
        }
    }

    [LoggerMessage(EventId = 2300, EventName = "TrunkRegistration", Message = "Registration of trunk {Trunk}: {State}")]
    private static partial void LogChanged(ILogger logger, LogLevel level, string trunk, string state);
}
