namespace PhoneBridge.Rooms.Guessing;

/// <summary>Brakes the guessing of PINs: by call, by number, by trunk and over everything. It never locks a room.</summary>
/// <remarks>
/// Sans-IO and not thread safe. For each entry: ask <see cref="MayLookUp"/>, look up or not, then tell <see cref="Count"/>; the
/// caller hears the same words after the same delay whether the PIN is unknown, retired or was not looked up at all. Only
/// looked-up wrong PINs spend budgets, so that a caller in quarantine cannot spend those of others. A right PIN gives no wrong
/// one back, so that who owns one room cannot search for others between two calls to it.
/// </remarks>
public sealed class GuessBrake(GuessBrakeOptions options)
{
    /// <summary>How long a <see cref="GuessRecordKind.Known"/> line is not repeated.</summary>
    private static readonly TimeSpan KnownRefresh = TimeSpan.FromDays(1);

    private readonly CallerTable _callers = new(options.MaxCallers);
    private readonly Dictionary<string, MinuteWindow> _trunks = new(StringComparer.Ordinal);
    private readonly MinuteWindow _otherTrunks = new();
    private readonly MinuteWindow _anonymous = new();
    private readonly MinuteWindow _failed = new();
    private readonly MinuteWindow _right = new();

    /// <summary>Numbers remembered now.</summary>
    public int CallerCount => _callers.Count;

    /// <summary>How long a journal line can still matter: older ones may be deleted.</summary>
    public TimeSpan LifetimeOf(GuessRecordKind kind) => kind == GuessRecordKind.Known
        ? options.KnownFor
        : options.Quarantine + TimeSpan.FromHours(1);

    /// <summary>
    /// More failed entries in the last minute than honest callers make. Somebody must look; callers who are not known then have
    /// one try a call.
    /// </summary>
    public bool IsAlarmed(TimeSpan now) =>
        _failed.Total(now) > Math.Max(options.AlarmPerMinute, options.AlarmShareOfRight * _right.Total(now));

    /// <summary>Whether the next entry from there may be looked up. If not, answer as if it were wrong.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="now">Monotonic time.</param>
    public bool MayLookUp(GuessSource source, TimeSpan now)
    {
        CallerHistory? caller = source.Caller is { } tag ? _callers.Find(tag) : null;
        if (caller?.IsQuarantined(now) == true)
        {
            return false;
        }

        // The trunk's budget stops strangers only: an attack must not shut out those who were here before.
        return IsKnown(caller, now)
            || ((source.Caller is not null || _anonymous.Total(now) < options.AnonymousPerMinute)
                && (FindTrunk(source.Trunk)?.Total(now) ?? 0) < options.TrunkPerMinute);
    }

    /// <summary>Counts what became of one entry.</summary>
    /// <param name="source">Where it came from.</param>
    /// <param name="tryOfCall">1 for the call's first entry.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="now">Monotonic time.</param>
    public GuessStep Count(GuessSource source, int tryOfCall, GuessOutcome outcome, TimeSpan now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tryOfCall, 1);
        if (outcome == GuessOutcome.Right)
        {
            return new GuessStep(TimeSpan.Zero, Math.Max(options.Delays.Count - tryOfCall, 0), CountRight(source, now));
        }

        _failed.Add(now);
        GuessRecord? record = null;
        if (outcome == GuessOutcome.Wrong)
        {
            CountWrong(source, now);
            record = new GuessRecord(GuessRecordKind.Wrong, source);
        }

        bool isStranger = !IsKnown(source.Caller is { } tag ? _callers.Find(tag) : null, now);
        int tries = isStranger && IsAlarmed(now) ? 1 : options.Delays.Count;
        return new GuessStep(options.Delays[Math.Min(tryOfCall, options.Delays.Count) - 1], Math.Max(tries - tryOfCall, 0), record);
    }

    /// <summary>Puts one journal line back. Call before anything else, oldest line first.</summary>
    /// <param name="record">The line.</param>
    /// <param name="age">How long ago it was, by wall clock; taken as 0 when the clock went back.</param>
    /// <param name="now">Monotonic time.</param>
    public void Restore(GuessRecord record, TimeSpan age, TimeSpan now)
    {
        TimeSpan then = now - (age > TimeSpan.Zero ? age : TimeSpan.Zero);
        switch (record.Kind)
        {
            case GuessRecordKind.Known when record.Source.Caller is { } tag:
                _callers.Touch(tag, then).KnownSince = then;
                break;
            case GuessRecordKind.Wrong:
                _failed.Add(then);
                CountWrong(record.Source, then);
                break;
        }
    }

    private GuessRecord? CountRight(GuessSource source, TimeSpan now)
    {
        _right.Add(now);
        if (source.Caller is not { } tag)
        {
            return null;
        }

        CallerHistory caller = _callers.Touch(tag, now);
        if (caller.KnownSince is { } since && now - since < KnownRefresh)
        {
            return null;
        }

        caller.KnownSince = now;
        return new GuessRecord(GuessRecordKind.Known, source);
    }

    private void CountWrong(GuessSource source, TimeSpan now)
    {
        TrunkOf(source.Trunk).Add(now);
        if (source.Caller is { } tag)
        {
            _callers.Touch(tag, now).AddWrong(now, options);
        }
        else
        {
            _anonymous.Add(now);
        }
    }

    private bool IsKnown(CallerHistory? caller, TimeSpan now) => caller?.KnownSince is { } since && now - since < options.KnownFor;

    private MinuteWindow? FindTrunk(string name) =>
        _trunks.TryGetValue(name, out MinuteWindow? window) ? window : _trunks.Count >= options.MaxTrunks ? _otherTrunks : null;

    private MinuteWindow TrunkOf(string name)
    {
        if (FindTrunk(name) is { } known)
        {
            return known;
        }

        MinuteWindow window = new();
        _trunks.Add(name, window);
        return window;
    }
}
