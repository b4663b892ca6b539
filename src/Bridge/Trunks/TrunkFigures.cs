using System.Collections.Concurrent;
using System.Net;
using PhoneBridge.Bridge.Calls;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>What each trunk did since the start. Any thread; counting never fails a call.</summary>
internal sealed class TrunkFigures(TrunkTables tables, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, TrunkFigure> _figures = new();

    /// <summary>The figures of a trunk, by its name in the configuration, <c>unknown</c> or <c>stranger</c>.</summary>
    public TrunkFigure this[string trunk] => _figures.GetOrAdd(trunk, static (_, time) => new TrunkFigure(time), time);

    /// <summary>The figures of the trunk at an address; null when it belongs to none.</summary>
    public TrunkFigure? Of(IPAddress address) => tables.Current.Find(address) is { } trunk ? this[trunk.Name] : null;

    /// <summary>Forgets trunks that are no more; one whose last calls still run is forgotten at a later time.</summary>
    public void KeepOnly(IEnumerable<string> trunks)
    {
        foreach (string gone in _figures.Keys.Except([.. trunks, tables.Current.Options.UnknownTrunk.Name, CallRouting.Stranger]))
        {
            if (_figures.TryGetValue(gone, out TrunkFigure? figure) && figure.CallsNow == 0)
            {
                _figures.TryRemove(gone, out _);
            }
        }
    }
}

/// <summary>What one trunk did since the start.</summary>
internal sealed class TrunkFigure(TimeProvider time)
{
    private const int SetUpsKept = 256;
    private const int RecentCalls = 20;
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(10);
    private static readonly CallEnd[] Ends = Enum.GetValues<CallEnd>();

    private readonly long _origin = time.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly Queue<double> _setUpMs = new();
    private readonly Queue<(TimeSpan At, bool IsFailed)> _recent = new();
    private readonly long[] _ends = new long[Ends.Length];
    private readonly long[] _answersSent = new long[7];
    private readonly long[] _answersReceived = new long[7];
    private long _requestsReceived;
    private long _requestsSent;
    private long _arrived;
    private long _answered;
    private long _now;
    private long _lastRequest = -1;

    /// <summary>Calls now.</summary>
    public long CallsNow => Volatile.Read(ref _now);

    /// <summary>Calls that came, the refused ones too.</summary>
    public long Arrived => Volatile.Read(ref _arrived);

    /// <summary>Calls that were answered.</summary>
    public long Answered => Volatile.Read(ref _answered);

    /// <summary>Requests of the trunk, repeats included.</summary>
    public long RequestsReceived => Volatile.Read(ref _requestsReceived);

    /// <summary>Requests of ours to the trunk, repeats included.</summary>
    public long RequestsSent => Volatile.Read(ref _requestsSent);

    /// <summary>A call came.</summary>
    public void OnArrived()
    {
        Interlocked.Increment(ref _arrived);
        Interlocked.Increment(ref _now);
    }

    /// <summary>A call of ours was sent out.</summary>
    public void OnPlaced() => Interlocked.Increment(ref _now);

    /// <summary>A call was answered.</summary>
    public void OnAnswered(TimeSpan sinceInvite)
    {
        Interlocked.Increment(ref _answered);
        lock (_gate)
        {
            Push(_setUpMs, sinceInvite.TotalMilliseconds, SetUpsKept);
        }
    }

    /// <summary>A call, of either direction, is over.</summary>
    public void OnEnded(CallEnd end)
    {
        Interlocked.Increment(ref _ends[(int)end]);
        Interlocked.Decrement(ref _now);
        lock (_gate)
        {
            Push(_recent, (Elapsed, end is CallEnd.SignallingFailed or CallEnd.NoMedia), RecentCalls);
        }
    }

    /// <summary>A request came.</summary>
    public void OnRequestReceived()
    {
        Interlocked.Increment(ref _requestsReceived);
        Volatile.Write(ref _lastRequest, time.GetTimestamp());
    }

    /// <summary>A request went.</summary>
    public void OnRequestSent() => Interlocked.Increment(ref _requestsSent);

    /// <summary>An answer came.</summary>
    public void OnAnswerReceived(int status) => Interlocked.Increment(ref _answersReceived[status / 100]);

    /// <summary>An answer went.</summary>
    public void OnAnswerSent(int status) => Interlocked.Increment(ref _answersSent[status / 100]);

    /// <summary>Whether the trunk sent a request within that time.</summary>
    public bool HasSentWithin(TimeSpan span) => Volatile.Read(ref _lastRequest) is > 0 and long last && time.GetElapsedTime(last) <= span;

    /// <summary>How many of the last calls there were, and how many of them the peer's signalling or media failed.</summary>
    public (int Calls, int Failed) ReadRecent()
    {
        lock (_gate)
        {
            TimeSpan since = Elapsed - Recent;
            return (_recent.Count(call => call.At >= since), _recent.Count(call => call.At >= since && call.IsFailed));
        }
    }

    /// <summary>Time from INVITE to our 200 of the last calls [ms]; null when there were none.</summary>
    public (double MeanMs, double P95Ms)? ReadSetUp()
    {
        double[] sorted;
        lock (_gate)
        {
            sorted = [.. _setUpMs.Order()];
        }

        return sorted.Length == 0 ? null : (sorted.Average(), sorted[(int)Math.Ceiling(sorted.Length * 0.95) - 1]);
    }

    /// <summary>Calls that ended, by how; only those that occurred.</summary>
    public IReadOnlyDictionary<CallEnd, long> ReadEnds() =>
        Ends.Select(end => (End: end, Count: Volatile.Read(ref _ends[(int)end]))).Where(one => one.Count > 0).ToDictionary(one => one.End, one => one.Count);

    /// <summary>Answers by class, <c>1xx</c> to <c>6xx</c>; only those that occurred.</summary>
    /// <param name="sent">Ours; else those of the trunk.</param>
    public IReadOnlyDictionary<string, long> ReadAnswers(bool sent) => (sent ? _answersSent : _answersReceived)
        .Select((_, index) => (Class: $"{index}xx", Count: Volatile.Read(ref (sent ? _answersSent : _answersReceived)[index])))
        .Where(one => one.Count > 0).ToDictionary(one => one.Class, one => one.Count);

    private TimeSpan Elapsed => time.GetElapsedTime(_origin);

    private static void Push<T>(Queue<T> queue, T item, int most)
    {
        if (queue.Count == most)
        {
            queue.Dequeue();
        }

        queue.Enqueue(item);
    }
}
