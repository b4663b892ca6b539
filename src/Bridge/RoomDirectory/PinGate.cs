using PhoneBridge.Bridge.Storage;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Guessing;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.RoomDirectory;

/// <summary>Looks up PINs under the brake, and keeps the brake's journal. Any thread.</summary>
public sealed partial class PinGate
{
    private readonly IRoomStore _store;
    private readonly PinDigester _digester;
    private readonly GuessBrake _brake;
    private readonly BrakeJournal _journal;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly ILogger<PinGate> _logger;
    private readonly long _origin;
    private readonly Lock _brakeLock = new();
    private bool _wasAlarmed;

    private PinGate(
        IRoomStore store, PinDigester digester, GuessBrake brake, BrakeJournal journal, TimeProvider time, TimeSpan timeout, ILogger<PinGate> logger)
    {
        (_store, _digester, _brake, _journal, _time, _timeout, _logger) = (store, digester, brake, journal, time, timeout, logger);
        _origin = time.GetTimestamp();
    }

    /// <summary>Makes the gate, with the brake as it was when the bridge ended.</summary>
    /// <param name="storage">Rooms, secrets and the journal.</param>
    /// <param name="options">The brake's budgets.</param>
    /// <param name="time">Both clocks.</param>
    /// <param name="timeout">Longest wait for the journal: a caller is not kept waiting by a disk.</param>
    /// <param name="logger">Told of alarms, and when the journal cannot be kept.</param>
    /// <exception cref="StorageException">The journal cannot be read.</exception>
    public static async Task<PinGate> OpenAsync(
        BridgeStorage storage, GuessBrakeOptions options, TimeProvider time, TimeSpan timeout, ILogger<PinGate> logger)
    {
        GuessBrake brake = new(options);
        PinGate gate = new(storage.Rooms, new PinDigester(storage.Secrets.PinDigestKey), brake, storage.Brake, time, timeout, logger);
        int lines = await storage.Brake.RestoreAsync(brake, time.GetUtcNow(), gate.Elapsed).ConfigureAwait(false);
        LogRestored(logger, lines, brake.CallerCount);
        return gate;
    }

    /// <summary>More failed entries come in than honest callers make; see <see cref="GuessBrake.IsAlarmed"/>.</summary>
    public bool IsAlarmed
    {
        get
        {
            lock (_brakeLock)
            {
                return _brake.IsAlarmed(Elapsed);
            }
        }
    }

    /// <summary>What a caller's entry opens.</summary>
    /// <remarks>
    /// The answer is the same, in words and in time, for an unknown PIN, a dead one and one that was not looked up. It is told
    /// only when the journal has the wrong guess on disk, so that killing the bridge wins no tries; the delay hides that wait.
    /// </remarks>
    internal async Task<PinAnswer> EnterAsync(GuessSource source, string digits, int tryOfCall)
    {
        RoomOfPin? opened = null;
        GuessStep step;
        bool alarmBegins, alarmEnds;
        lock (_brakeLock)
        {
            TimeSpan now = Elapsed;
            GuessOutcome outcome = GuessOutcome.NotLookedUp;
            if (Pin.TryParse(digits, out Pin? pin))
            {
                // Looked up in any case, so that the time tells nothing; used only when it may be.
                RoomOfPin? found = _store.FindByPin(_digester.Digest(pin));
                if (_brake.MayLookUp(source, now))
                {
                    opened = found;
                    outcome = found is null ? GuessOutcome.Wrong : GuessOutcome.Right;
                }
            }

            step = _brake.Count(source, tryOfCall, outcome, now);
            bool isAlarmed = _brake.IsAlarmed(now);
            (alarmBegins, alarmEnds, _wasAlarmed) = (isAlarmed && !_wasAlarmed, !isAlarmed && _wasAlarmed, isAlarmed);
        }

        if (alarmBegins)
        {
            LogAlarmBegins(_logger, source.Trunk);
        }
        else if (alarmEnds)
        {
            LogAlarmEnds(_logger);
        }

        if (step.Record is { } record)
        {
            Task kept = KeepAsync(record);
            if (opened is null)
            {
                await kept.ConfigureAwait(false);   // an honest caller's entry does not wait for the disk
            }
        }

        return new PinAnswer(opened, step.Delay, step.TriesLeft);
    }

    private TimeSpan Elapsed => _time.GetElapsedTime(_origin);

    /// <summary>Never throws: a disk that fails must not silence the telephone. The brake in memory holds all the same.</summary>
    private async Task KeepAsync(GuessRecord record)
    {
        try
        {
            await _journal.AddAsync(record, _time.GetUtcNow()).WaitAsync(_timeout, _time).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StorageException or TimeoutException)
        {
            LogNotKept(_logger, e);
        }
    }

    [LoggerMessage(EventId = 3000, Level = LogLevel.Information, Message = "Brake on guessed PINs restored: {Lines} lines, {Callers} callers")]
    private static partial void LogRestored(ILogger logger, int lines, int callers);

    [LoggerMessage(EventId = 3001, Level = LogLevel.Error, Message = "PINs are being guessed: more wrong entries a minute than honest callers make, last through trunk {Trunk}")]
    private static partial void LogAlarmBegins(ILogger logger, string trunk);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Information, Message = "The guessing of PINs has ceased")]
    private static partial void LogAlarmEnds(ILogger logger);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Error, Message = "A line of the brake's journal was not kept; the brake forgets it at a restart")]
    private static partial void LogNotKept(ILogger logger, Exception fault);
}
