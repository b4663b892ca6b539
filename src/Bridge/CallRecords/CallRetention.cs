using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Storage;

namespace PhoneBridge.Bridge.CallRecords;

/// <summary>Deletes the records of calls that are older than they may be: at the start and once a day.</summary>
internal sealed partial class CallRetention(CallJournal journal, IOptions<StorageOptions> options, TimeProvider time, ILogger<CallRetention> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Every, time);
        try
        {
            do
            {
                await DeleteAsync(stoppingToken).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops: what is left is deleted at the next start.
        }
    }

    private async Task DeleteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset before = time.GetUtcNow() - TimeSpan.FromDays(options.Value.CallRecordDays);
        try
        {
            if (await journal.DeleteBeforeAsync(before, stoppingToken).ConfigureAwait(false) is > 0 and var count)
            {
                Log.Deleted(logger, count, before);
            }
        }
        catch (StorageException fault)
        {
            Log.NotDeleted(logger, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2202, EventName = "CallRecordsDeleted", Level = LogLevel.Information,
            Message = "{Count} records of calls that arrived before {Before:u} were deleted")]
        public static partial void Deleted(ILogger logger, int count, DateTimeOffset before);

        [LoggerMessage(EventId = 2203, EventName = "CallRecordsNotDeleted", Level = LogLevel.Warning,
            Message = "Old records of calls could not be deleted; tried again in a day")]
        public static partial void NotDeleted(ILogger logger, Exception fault);
    }
}
