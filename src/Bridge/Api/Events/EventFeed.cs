using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Conference;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Api.Events;

/// <summary>Follows every meeting once and keeps the events for all streams, so that a hundred screens cost the meetings one follower.</summary>
internal sealed class EventFeed(IMeetingDirectory directory, IOptions<ApiOptions> options, TimeProvider time) : BackgroundService
{
    /// <summary>What the streams read.</summary>
    public EventLog Log { get; } = new(options.Value.EventBuffer);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await FollowAsync(stoppingToken).ConfigureAwait(false);

                // Fell behind, or the directory ends. A pause, so that a directory that is gone is not asked without end.
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops, or never came up: not a failure of this service.
        }
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        using MeetingSubscription subscription = directory.Subscribe(room: null);
        Log.Restart(); // from here on nothing is missed; who read before takes new snapshots

        await foreach (MeetingUpdate update in subscription.Updates.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            // Snapshots are not kept: a stream that begins takes them fresh from the directory.
            if (update.Event is not null)
            {
                Log.Append(update);
            }
        }
    }
}
