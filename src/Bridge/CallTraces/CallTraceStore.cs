using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>The traces in memory: those of running calls, and of ended ones the last. Any thread.</summary>
/// <remarks>
/// Calls of strangers, and INVITEs that never became a call, have a tenth of the places for themselves: who only reaches the port must
/// not drive out the calls that somebody will ask for.
/// </remarks>
internal sealed class CallTraceStore(CallTraceOptions options)
{
    private const long BytesPerMegabyte = 1 << 20;

    // A sender that uses one Call-ID for every call must not fill our memory.
    private const int RecordsPerTrace = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, CallTrace> _byCallId = new(StringComparer.Ordinal);
    private readonly Dictionary<CallId, CallTrace> _byRecord = [];
    private readonly LinkedList<CallTrace> _running = new();
    private readonly LinkedList<CallTrace> _ended = new();
    private readonly LinkedList<CallTrace> _passing = new();
    private long _bytes;

    /// <summary>Memory that all of them hold [bytes], about.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>The trace that a message belongs to; null when it belongs to no call that is kept.</summary>
    public CallTrace? Find(SeenMessage message)
    {
        lock (_lock)
        {
            bool isKnown = _byCallId.TryGetValue(message.CallId, out CallTrace? trace);
            bool isNew = message.IsCallBeginning && !isKnown;
            if (!isNew)
            {
                return trace;
            }

            trace = new CallTrace(message.CallId, options.MessagesPerCall);
            _byCallId.Add(message.CallId, trace);
            _passing.AddLast(trace.Node);
            _bytes += trace.Bytes;
            Tidy_NeedsLock();
            return trace;
        }
    }

    /// <summary>Adds a message to its trace.</summary>
    public void Add(CallTrace trace, SeenMessage seen, ShownMessage shown)
    {
        lock (_lock)
        {
            if (trace.Node.List is null)
            {
                return;
            }

            if (_bytes > options.Megabytes * BytesPerMegabyte)
            {
                trace.PassOver();               // all of it is held by running calls
                return;
            }

            long before = trace.Bytes;
            trace.Add(seen, shown);
            _bytes += trace.Bytes - before;
            Tidy_NeedsLock();
        }
    }

    /// <summary>Counts a message that could not be added to its trace.</summary>
    public void PassOver(CallTrace trace)
    {
        lock (_lock)
        {
            trace.PassOver();
        }
    }

    /// <summary>A call has begun: from here on its trace has a name.</summary>
    public void Begin(string callId, CallRecord record)
    {
        lock (_lock)
        {
            if (!_byCallId.TryGetValue(callId, out CallTrace? trace))
            {
                return;
            }

            if (trace.Records.Count == RecordsPerTrace)
            {
                if (trace.Running > 0)
                {
                    return;                     // this one goes without a ladder
                }

                _byRecord.Remove(trace.Records[0].Id);
                trace.Records.RemoveAt(0);
            }

            trace.Records.Add(record);
            trace.Running++;
            _byRecord[record.Id] = trace;
            Move_NeedsLock(trace, _running);
        }
    }

    /// <summary>Something happened in a call.</summary>
    public void Add(CallId call, CallMark mark)
    {
        lock (_lock)
        {
            if (_byRecord.TryGetValue(call, out CallTrace? trace))
            {
                long before = trace.Bytes;
                trace.Add(mark);
                _bytes += trace.Bytes - before;
            }
        }
    }

    /// <summary>A call has ended; messages that still come are added.</summary>
    public void End(CallRecord record)
    {
        lock (_lock)
        {
            if (!_byRecord.TryGetValue(record.Id, out CallTrace? trace))
            {
                return;
            }

            int at = trace.Records.FindIndex(r => r.Id == record.Id);
            trace.Records[at] = record;
            if (--trace.Running == 0)
            {
                Move_NeedsLock(trace, record.Trunk == CallRouting.Stranger ? _passing : _ended);
                Tidy_NeedsLock();
            }
        }
    }

    /// <summary>The ladder of a call; null when none is kept.</summary>
    public CallLadder? Read(CallId call)
    {
        lock (_lock)
        {
            return _byRecord.TryGetValue(call, out CallTrace? trace) ? trace.Ladder(trace.Records.Find(r => r.Id == call)!) : null;
        }
    }

    private static void Move_NeedsLock(CallTrace trace, LinkedList<CallTrace> to)
    {
        trace.Node.List?.Remove(trace.Node);
        to.AddLast(trace.Node);
    }

    private void Tidy_NeedsLock()
    {
        DropWhile_NeedsLock(_passing, () => _passing.Count > Math.Max(1, options.Calls / 10));
        DropWhile_NeedsLock(_ended, () => _ended.Count > options.Calls);
        DropWhile_NeedsLock(_passing, IsTooLarge);
        DropWhile_NeedsLock(_ended, IsTooLarge);
    }

    private bool IsTooLarge() => _bytes > options.Megabytes * BytesPerMegabyte;

    private void DropWhile_NeedsLock(LinkedList<CallTrace> traces, Func<bool> isTooMuch)
    {
        while (isTooMuch() && traces.First is { Value: var oldest })
        {
            traces.RemoveFirst();
            _byCallId.Remove(oldest.CallId);
            oldest.Records.ForEach(record => _byRecord.Remove(record.Id));
            _bytes -= oldest.Bytes;
        }
    }
}
