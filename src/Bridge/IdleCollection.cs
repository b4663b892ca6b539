using System.Runtime;
using PhoneBridge.Bridge.Calls;

namespace PhoneBridge.Bridge;

/// <summary>Gives memory back when nobody is on the phone.</summary>
/// <remarks>
/// With short pauses before all, the collector lets garbage lie while calls run, and at night nothing makes it tidy up. A full
/// collection pauses every thread, which is only allowed when no call can hear it. Transactions of ended calls linger for 32 s
/// (64 T1), so quiet has to last longer than that.
/// </remarks>
internal sealed class IdleCollection(CallService calls, TimeProvider time) : BackgroundService
{
    private const long WorthIt = 32L << 20;
    private const int QuietLooks = 8;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long collectedAt = 0;
        int quiet = 0;
        using PeriodicTimer timer = new(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            quiet = calls.Count == 0 ? quiet + 1 : 0;
            if (quiet >= QuietLooks && GC.GetTotalAllocatedBytes() - collectedAt > WorthIt)
            {
                GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                collectedAt = GC.GetTotalAllocatedBytes();
            }
        }
    }
}
