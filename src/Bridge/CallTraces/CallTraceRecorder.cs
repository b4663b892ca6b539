using System.Threading.Channels;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>Takes what passes on the SIP loop and in the calls at once, and redacts it behind their backs, in order.</summary>
/// <remarks>Any thread may hand in; none ever waits. Nothing is written to a disk: at a restart the ladders are gone.</remarks>
internal sealed partial class CallTraceRecorder(IOptions<TelemetryOptions> options, TimeProvider time, ILogger<CallTraceRecorder> logger) : BackgroundService
{
    /// <summary>Messages that may wait to be redacted; more are not shown.</summary>
    public const int Capacity = 2048;

    private readonly Channel<Action> _notes = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CallTraceStore _store = new(options.Value.CallTraces);
    private readonly bool _isOn = options.Value.CallTraces.Calls > 0;
    private int _waiting;
    private long _passedOver;
    private bool _isFaultLogged;

    /// <summary>Memory that the ladders hold [bytes], about.</summary>
    public long Bytes => _store.Bytes;

    /// <summary>Messages that were more than may wait.</summary>
    public long PassedOver => Interlocked.Read(ref _passedOver);

    /// <summary>A request passed.</summary>
    public void OnRequest(SipRequest request, SipFlow flow, bool isSent)
    {
        if (request.Headers[SipHeaderNames.CallId] is not null && MayTake())
        {
            Take(SeenMessage.Take(request, flow, isSent, Moment.Of(time)));
        }
    }

    /// <summary>A response passed. One that refuses a malformed request may have no Call-ID: it belongs to no call.</summary>
    public void OnResponse(SipResponse response, SipFlow flow, bool isSent)
    {
        if (response.Headers[SipHeaderNames.CallId] is not null && MayTake())
        {
            Take(SeenMessage.Take(response, flow, isSent, Moment.Of(time)));
        }
    }

    /// <summary>A call has begun, after its INVITE was handed in.</summary>
    public void OnBegun(string callId, CallRecord record) => Post(() => _store.Begin(callId, record));

    /// <summary>Something happened in a call.</summary>
    public void OnMark(CallId call, CallMarkKind kind, string? detail)
    {
        CallMark mark = new(Moment.Of(time), kind, detail);
        Post(() => _store.Add(call, mark));
    }

    /// <summary>A call has ended.</summary>
    public void OnEnded(CallRecord record) => Post(() => _store.End(record));

    /// <summary>The ladder of a call with everything that was handed in until now; null when none is kept.</summary>
    public async Task<CallLadder?> ReadAsync(CallId call, CancellationToken cancellation)
    {
        if (!_isOn)
        {
            return null;
        }

        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_notes.Writer.TryWrite(reached.SetResult))
        {
            await reached.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }

        return _store.Read(call);
    }

    /// <inheritdoc/>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _notes.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _notes.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (_notes.Reader.TryRead(out Action? note))
            {
                note();
            }
        }
    }

    private bool MayTake()
    {
        if (_isOn && Volatile.Read(ref _waiting) >= Capacity)
        {
            Interlocked.Increment(ref _passedOver);
            return false;
        }

        return _isOn;
    }

    private void Take(SeenMessage message)
    {
        Interlocked.Increment(ref _waiting);
        Post(() =>
        {
            Interlocked.Decrement(ref _waiting);
            Redact(message);
        });
    }

    private void Post(Action note)
    {
        if (_isOn)
        {
            _notes.Writer.TryWrite(note);
        }
    }

    private void Redact(SeenMessage message)
    {
        if (_store.Find(message) is not { } trace)
        {
            return;
        }

        try
        {
            _store.Add(trace, message, MessageRedaction.Redact(message, trace.Hidden));
        }
        catch (Exception fault)
        {
            _store.PassOver(trace);             // a message that surprises us costs its line in the ladder, never the ladders
            if (!_isFaultLogged)
            {
                _isFaultLogged = true;
                Log.NotRedacted(logger, fault.GetType().Name);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2600, EventName = "MessageNotRedacted", Level = LogLevel.Error,
            Message = "A SIP message could not be redacted ({Fault}) and is left out of its ladder; said once")]
        public static partial void NotRedacted(ILogger logger, string fault);
    }
}
