using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Health;

/// <summary>Looks now and then whether the media loops have met a defect, and reports it to the health board.</summary>
internal sealed partial class MediaProbe(MediaEngine media, HealthBoard health, TimeProvider time, ILogger<MediaProbe> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long reported = 0;
        using PeriodicTimer timer = new(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            MediaEngineCounters counters = media.Counters;
            if (counters.RealTimeRefused != 0 && counters.Faults == 0)
            {
                health.Report(OutsideThing.MediaLoops, HealthState.Degraded, "real-time scheduling was refused; the loops run with ordinary priority");
            }

            if (counters.Faults != reported)
            {
                LogFault(logger, counters.LastFault, counters.Faults - reported);
                health.Report(OutsideThing.MediaLoops, HealthState.Degraded, "a defect broke off turns of a media loop; see the log");
                reported = counters.Faults;
            }
        }
    }

    [LoggerMessage(EventId = 1101, EventName = "MediaFault", Level = LogLevel.Error, Message = "{Count} turns of a media loop were broken off; this is the latest cause")]
    private static partial void LogFault(ILogger logger, Exception? fault, long count);
}
