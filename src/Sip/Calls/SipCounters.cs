using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Protection;

namespace PhoneBridge.Sip.Calls;

/// <summary>What the endpoint did and holds. Readable from any thread; each figure is exact, together they are not one moment.</summary>
public sealed class SipCounters
{
    private const string Other = "OTHER";
    private static readonly string[] Methods =
    [
        SipMethods.Invite, SipMethods.Ack, SipMethods.Cancel, SipMethods.Bye, SipMethods.Options, SipMethods.Info,
        SipMethods.Update, SipMethods.Prack, SipMethods.Notify, SipMethods.Subscribe, SipMethods.Refer,
        SipMethods.Register, SipMethods.Publish, SipMethods.Message, Other,
    ];

    private static readonly SipDropReason[] Reasons = Enum.GetValues<SipDropReason>();

    private readonly long[] _requestsIn = new long[Methods.Length];
    private readonly long[] _requestsOut = new long[Methods.Length];
    private readonly long[] _responsesIn = new long[700];
    private readonly long[] _responsesOut = new long[700];
    private readonly long[] _drops = new long[Reasons.Length];
    private readonly long[] _sheds = new long[Enum.GetValues<SipShedReason>().Length];
    private readonly long[] _gauges = new long[Enum.GetValues<Gauge>().Length];
    private long _bans;
    private long _faults;
    private long _callsReceived;
    private long _sendFailures;
    private long _largeDatagrams;

    /// <summary>What is counted as it is now.</summary>
    internal enum Gauge
    {
        ServerTransactions,
        ClientTransactions,
        Dialogs,
        Connections,
        Handshakes,
        Timers,
        HalfOpenCalls,
    }

    /// <summary>Live server transactions.</summary>
    public long ServerTransactions => Read(Gauge.ServerTransactions);

    /// <summary>Live client transactions.</summary>
    public long ClientTransactions => Read(Gauge.ClientTransactions);

    /// <summary>Live dialogs, the early ones and those whose BYE is not answered yet among them.</summary>
    public long Dialogs => Read(Gauge.Dialogs);

    /// <summary>Open TCP and TLS connections.</summary>
    public long Connections => Read(Gauge.Connections);

    /// <summary>Those whose TLS handshake is not over.</summary>
    public long Handshakes => Read(Gauge.Handshakes);

    /// <summary>Transactions and calls that wait for a moment.</summary>
    public long Timers => Read(Gauge.Timers);

    /// <summary>Calls that came in and are not answered, or whose 200 waits for its ACK.</summary>
    public long HalfOpenCalls => Read(Gauge.HalfOpenCalls);

    /// <summary>Times that a source was banned.</summary>
    public long Bans => Volatile.Read(ref _bans);

    /// <summary>New calls that were turned away before they were read, by reason; retransmissions are not counted.</summary>
    public IEnumerable<KeyValuePair<SipShedReason, long>> Sheds =>
        Enum.GetValues<SipShedReason>().Select(reason => KeyValuePair.Create(reason, ShedsOf(reason)));

    /// <summary>Exceptions that escaped from handlers or from the endpoint itself; 0 in a sound program.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <summary>Calls handed to the application.</summary>
    public long CallsReceived => Volatile.Read(ref _callsReceived);

    /// <summary>Messages that could not be sent.</summary>
    public long SendFailures => Volatile.Read(ref _sendFailures);

    /// <summary>Requests of ours over 1300 bytes sent by UDP all the same (RFC 3261 §18.1.1; MSG9).</summary>
    public long LargeDatagrams => Volatile.Read(ref _largeDatagrams);

    /// <summary>Requests read, by method; methods that we do not know together as <c>OTHER</c>.</summary>
    public IEnumerable<KeyValuePair<string, long>> RequestsReceived => ByMethod(_requestsIn);

    /// <summary>Requests sent, repeats included, by method.</summary>
    public IEnumerable<KeyValuePair<string, long>> RequestsSent => ByMethod(_requestsOut);

    /// <summary>Responses read, by status; only those that occurred.</summary>
    public IEnumerable<KeyValuePair<int, long>> ResponsesReceived => ByStatus(_responsesIn);

    /// <summary>Responses sent, repeats included, by status; only those that occurred.</summary>
    public IEnumerable<KeyValuePair<int, long>> ResponsesSent => ByStatus(_responsesOut);

    /// <summary>What was dropped, by reason.</summary>
    public IEnumerable<KeyValuePair<SipDropReason, long>> Drops =>
        Reasons.Select(reason => KeyValuePair.Create(reason, DropsOf(reason)));

    /// <summary>Requests read of one method.</summary>
    public long RequestsReceivedOf(string method) => Volatile.Read(ref _requestsIn[IndexOf(method)]);

    /// <summary>Responses sent with one status, 100 to 699; repeats included.</summary>
    public long ResponsesSentOf(int status) => Volatile.Read(ref _responsesOut[status]);

    /// <summary>What was dropped for one reason.</summary>
    public long DropsOf(SipDropReason reason) => Volatile.Read(ref _drops[(int)reason]);

    /// <summary>New calls turned away for one reason.</summary>
    public long ShedsOf(SipShedReason reason) => Volatile.Read(ref _sheds[(int)reason]);

    internal void CountShed(SipShedReason reason) => Interlocked.Increment(ref _sheds[(int)reason]);

    internal void CountBan() => Interlocked.Increment(ref _bans);

    internal void CountStatelessAnswer(int status) => Interlocked.Increment(ref _responsesOut[status]);

    internal void CountReceived(SipMessage message) => Count(message, _requestsIn, _responsesIn);

    internal void CountSent(SipMessage message) => Count(message, _requestsOut, _responsesOut);

    internal void CountDrop(SipDropReason reason) => Interlocked.Increment(ref _drops[(int)reason]);

    internal void CountFault() => Interlocked.Increment(ref _faults);

    internal void CountCall() => Interlocked.Increment(ref _callsReceived);

    internal void CountSendFailure() => Interlocked.Increment(ref _sendFailures);

    internal void CountLargeDatagram() => Interlocked.Increment(ref _largeDatagrams);

    internal void Set(Gauge gauge, long value) => Volatile.Write(ref _gauges[(int)gauge], value);

    private long Read(Gauge gauge) => Volatile.Read(ref _gauges[(int)gauge]);

    private static void Count(SipMessage message, long[] requests, long[] responses)
    {
        switch (message)
        {
            case SipRequest request:
                Interlocked.Increment(ref requests[IndexOf(request.Method)]);
                break;
            case SipResponse response:
                Interlocked.Increment(ref responses[response.StatusCode]);
                break;
        }
    }

    private static int IndexOf(string method) =>
        Array.IndexOf(Methods, method) is >= 0 and int index ? index : Methods.Length - 1;

    private static IEnumerable<KeyValuePair<string, long>> ByMethod(long[] counts)
    {
        for (int i = 0; i < Methods.Length; i++)
        {
            yield return KeyValuePair.Create(Methods[i], Volatile.Read(ref counts[i]));
        }
    }

    private static IEnumerable<KeyValuePair<int, long>> ByStatus(long[] counts)
    {
        for (int status = 100; status < counts.Length; status++)
        {
            if (Volatile.Read(ref counts[status]) is > 0 and long count)
            {
                yield return KeyValuePair.Create(status, count);
            }
        }
    }
}
