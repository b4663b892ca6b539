namespace PhoneBridge.Bridge.Health;

/// <summary>The outside things that the bridge depends on. Closed set: the names stand in health pages, logs and metrics.</summary>
public enum OutsideThing
{
    /// <summary>The database of rooms, PINs and brakes. Without it no PIN is found.</summary>
    Database,

    /// <summary>The SIP transports: listening sockets. Without them no call comes in.</summary>
    SipTransports,

    /// <summary>The media loops. Without them nobody hears anything.</summary>
    MediaLoops,

    /// <summary>The speech engine. Without it, texts without a recording are not spoken.</summary>
    SpeechEngine,

    /// <summary>The recorded voices.</summary>
    RecordedVoices,

    /// <summary>The Opus codec's library. Without it calls use the other codecs.</summary>
    OpusLibrary,

    /// <summary>The library that takes noise out of speech. Without it noise stays in.</summary>
    SpeexLibrary,

    /// <summary>The library of SRTP. Without it no call is encrypted, and trunks that require it take none.</summary>
    SrtpLibrary,

    /// <summary>The writing of call records. Without it they wait in memory, up to a bound.</summary>
    CallRecords,

    /// <summary>The registrations at trunks that want one. Without it such a trunk sends no calls; others do.</summary>
    TrunkRegistrations,

    /// <summary>The trunks: their peers, registrations and latest calls together. Without one of them its calls do not come; others do.</summary>
    Trunks,
    /// <summary>The certificates of SIP over TLS. Without them no TLS connection comes about; other transports work.</summary>
    TlsCertificates,
}

/// <summary>How an outside thing is.</summary>
public enum HealthState
{
    /// <summary>Not tried yet.</summary>
    Starting,

    /// <summary>Works.</summary>
    Up,

    /// <summary>Works in part; the reason says what is missing.</summary>
    Degraded,

    /// <summary>Does not work.</summary>
    Down,
}

/// <summary>State of one outside thing.</summary>
/// <param name="Thing">Which.</param>
/// <param name="State">How it is.</param>
/// <param name="Reason">Why, in words for an operator and without secrets; empty when up.</param>
/// <param name="Since">Wall time of the last change.</param>
/// <param name="IsRequired">Whether the bridge can take calls without it.</param>
public sealed record HealthEntry(OutsideThing Thing, HealthState State, string Reason, DateTimeOffset Since, bool IsRequired);

/// <summary>Where every part reports how its outside thing is; health page, metrics and log read the same words from here.</summary>
/// <remarks>Any thread. A report that changes nothing is free of logs, so parts may report as often as they look.</remarks>
public sealed partial class HealthBoard(TimeProvider time, ILogger<HealthBoard> logger)
{
    private readonly Lock _lock = new();
    private readonly HealthEntry[] _entries =
    [
        .. Enum.GetValues<OutsideThing>().Select(thing => new HealthEntry(
            thing, HealthState.Starting, "not tried yet", time.GetUtcNow(),
            IsRequired: thing is OutsideThing.Database or OutsideThing.SipTransports or OutsideThing.MediaLoops)),
    ];

    /// <summary>Every thing's state, in the order of the enum.</summary>
    public IReadOnlyList<HealthEntry> Read()
    {
        lock (_lock)
        {
            return [.. _entries];
        }
    }

    /// <summary>Whether every required thing works, at least in part.</summary>
    public bool IsReady => Read().All(e => !e.IsRequired || e.State is HealthState.Up or HealthState.Degraded);

    /// <summary>Tells how a thing is.</summary>
    /// <param name="thing">Which.</param>
    /// <param name="state">How.</param>
    /// <param name="reason">Why, in words for an operator and without secrets; empty when up.</param>
    public void Report(OutsideThing thing, HealthState state, string reason = "")
    {
        lock (_lock)
        {
            HealthEntry before = _entries[(int)thing];
            if (before.State == state && before.Reason == reason)
            {
                return;
            }

            _entries[(int)thing] = before with { State = state, Reason = reason, Since = time.GetUtcNow() };
        }

        LogLevel level = LevelOf(state);
        if (logger.IsEnabled(level))
        {
            Log.Changed(logger, level, thing, state, reason.Length == 0 ? "works" : reason);
        }
    }

    private static LogLevel LevelOf(HealthState state) => state switch
    {
        HealthState.Down => LogLevel.Error,
        HealthState.Degraded => LogLevel.Warning,
        _ => LogLevel.Information,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1100, EventName = "HealthChanged", Message = "{Thing} is {State}: {Reason}")]
        public static partial void Changed(ILogger logger, LogLevel level, OutsideThing thing, HealthState state, string reason);
    }
}
