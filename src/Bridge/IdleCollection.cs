using System.Runtime.InteropServices;
using PhoneBridge.Bridge.Calls;

namespace PhoneBridge.Bridge;

/// <summary>Gives memory back when nobody is on the phone.</summary>
/// <remarks>
/// With short pauses before all, the collector lets garbage lie while calls run, and at night nothing makes it tidy up. A full
/// collection pauses every thread, which is only allowed when no call can hear it. Transactions of ended calls linger for 32 s
/// (64 T1), so quiet has to last longer than that.
/// </remarks>
internal sealed partial class IdleCollection(CallService calls, TimeProvider time, ILogger<IdleCollection> logger) : BackgroundService
{
    private const int QuietLooks = 8;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long collectedAfter = -1;       // starting up leaves a lot behind as well
        long seen = 0;
        int quiet = 0;
        using PeriodicTimer timer = new(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            // Calls may come and go between two looks.
            long taken = calls.Taken;
            quiet = calls.Count == 0 && taken == seen ? quiet + 1 : 0;
            seen = taken;
            if (quiet >= QuietLooks && taken != collectedAfter)
            {
                collectedAfter = taken;
                long before = Environment.WorkingSet;
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GiveBackNative();
                LogCollected(logger, before >> 20, Environment.WorkingSet >> 20);
            }
        }
    }

    // What the compiler and SQLite allocated and freed stays with the C library until it is asked for it (malloc_trim(3)).
    private static void GiveBackNative()
    {
        if (NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "malloc_trim", out _))
        {
            _ = Trim(0);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint kept);

    [LoggerMessage(EventId = 1210, EventName = "MemoryGivenBack", Level = LogLevel.Debug, Message = "Nobody is on the phone: memory went from {Before} to {After} MiB")]
    private static partial void LogCollected(ILogger logger, long before, long after);
}
