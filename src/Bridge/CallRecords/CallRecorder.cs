using System.Threading.Channels;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Storage;
using Polly;
using Polly.Retry;

namespace PhoneBridge.Bridge.CallRecords;

/// <summary>Takes the records of calls at once and writes them behind the calls' backs, many together.</summary>
/// <remarks>
/// Any thread may hand in records; none ever waits. A database that does not take them is tried again until it does, and the health board
/// says so; what then does not fit into the queue any more is counted. A call stands in the database from its beginning on, so that a
/// bridge that dies leaves a record of it: the next start closes those with <see cref="CallEnd.BridgeDied"/>.
/// </remarks>
internal sealed partial class CallRecorder : IHostedService, IDisposable
{
    /// <summary>Records that may wait.</summary>
    public const int Capacity = 10_000;

    /// <summary>Refused calls of strangers that are kept in a minute: who reaches the port, and nobody asked, must not fill the disk.</summary>
    public const int StrangersPerMinute = 60;

    // Small, so that the look-up of a PIN, which waits for the same writer, is not held up.
    private const int LargestBatch = 128;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastTries = TimeSpan.FromSeconds(10);

    private readonly Channel<CallRecord> _queue = Channel.CreateBounded<CallRecord>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Lock _strangersLock = new();
    private readonly CancellationTokenSource _givingUp = new();
    private readonly CallJournal _journal;
    private readonly HealthBoard _health;
    private readonly TimeProvider _time;
    private readonly ILogger<CallRecorder> _logger;
    private readonly ResiliencePipeline _untilKept;
    private Task _writing = Task.CompletedTask;
    private int _inHand;
    private long _dropped;
    private long _droppedBefore;
    private long _strangersMinute;
    private int _strangersKept;
    private long _strangersPassedOver;

    public CallRecorder(CallJournal journal, HealthBoard health, TimeProvider time, ILogger<CallRecorder> logger)
    {
        (_journal, _health, _time, _logger) = (journal, health, time, logger);
        _untilKept = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<StorageException>(),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstRetry,
                MaxDelay = LongestRetry,
                OnRetry = _ =>
                {
                    ReportTrouble("the database does not take them; they wait in memory");
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Records that wait, or are being written.</summary>
    public int Waiting => _queue.Reader.Count + Volatile.Read(ref _inHand);

    /// <summary>Records of ended calls that found the queue full.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Refused calls of strangers that were more than are kept.</summary>
    public long StrangersPassedOver => Interlocked.Read(ref _strangersPassedOver);

    /// <summary>A call has begun.</summary>
    public void OnBegun(CallRecord record)
    {
        // The other half is kept for the ends of calls, which bring all of this once more.
        if (_queue.Reader.Count < Capacity / 2)
        {
            _queue.Writer.TryWrite(record);
        }
    }

    /// <summary>A call has ended.</summary>
    public void OnEnded(CallRecord record)
    {
        if (record is { Trunk: CallRouting.Stranger, End: CallEnd.Refused } && !MayKeepStranger(record.ArrivedAt))
        {
            Interlocked.Increment(ref _strangersPassedOver);
        }
        else if (!_queue.Writer.TryWrite(record))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writing = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Writes what waits; gives up after a while when the database does not take it.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        try
        {
            await _writing.WaitAsync(LastTries, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await _givingUp.CancelAsync().ConfigureAwait(false);
            await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Log.Lost(_logger, Waiting);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _givingUp.Dispose();

    private bool MayKeepStranger(DateTimeOffset at)
    {
        lock (_strangersLock)
        {
            long minute = at.ToUnixTimeSeconds() / 60;
            if (minute != _strangersMinute)
            {
                (_strangersMinute, _strangersKept) = (minute, 0);
            }

            return _strangersKept++ < StrangersPerMinute;
        }
    }

    private async Task RunAsync()
    {
        CancellationToken giveUp = _givingUp.Token;
        await _untilKept.ExecuteAsync(async _ => await _journal.CloseOpenAsync().ConfigureAwait(false), giveUp).ConfigureAwait(false);
        ReportKept();
        List<CallRecord> batch = [];
        while (await _queue.Reader.WaitToReadAsync(giveUp).ConfigureAwait(false))
        {
            while (batch.Count < LargestBatch && _queue.Reader.TryRead(out CallRecord? record))
            {
                batch.Add(record);
                Volatile.Write(ref _inHand, batch.Count);
            }

            await _untilKept.ExecuteAsync(async _ => await _journal.PutAsync(batch).ConfigureAwait(false), giveUp).ConfigureAwait(false);
            batch.Clear();
            Volatile.Write(ref _inHand, 0);
            ReportKept();
        }
    }

    private void ReportKept()
    {
        if (_queue.Reader.Count > Capacity / 4)
        {
            ReportTrouble("the database does not keep up; they wait in memory");
            return;
        }

        if (Dropped is var dropped && dropped != _droppedBefore)
        {
            Log.Dropped(_logger, dropped - _droppedBefore);
            _droppedBefore = dropped;
        }

        _health.Report(OutsideThing.CallRecords, HealthState.Up);
    }

    private void ReportTrouble(string why)
    {
        bool isLosing = Dropped != _droppedBefore;
        _health.Report(
            OutsideThing.CallRecords,
            isLosing ? HealthState.Down : HealthState.Degraded,
            isLosing ? "the queue is full and records are lost: " + why : why);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2200, EventName = "CallRecordsDropped", Level = LogLevel.Error, Message = "{Count} records of calls were lost: the queue was full")]
        public static partial void Dropped(ILogger logger, long count);

        [LoggerMessage(EventId = 2201, EventName = "CallRecordsLost", Level = LogLevel.Error,
            Message = "{Count} records of calls are lost: the database did not take them until the end")]
        public static partial void Lost(ILogger logger, int count);
    }
}
