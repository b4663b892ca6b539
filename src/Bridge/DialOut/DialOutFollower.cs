using PhoneBridge.Bridge.Conference;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.DialOut;

/// <summary>Has nobody rung any more for a meeting that has ended.</summary>
internal sealed class DialOutFollower(DialOutDesk desk, MeetingDirectory meetings, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                using MeetingSubscription subscription = meetings.Subscribe(room: null);
                await desk.CallOffOrphansAsync().ConfigureAwait(false);     // an end may have been missed before
                await foreach (MeetingUpdate update in subscription.Updates.ReadAllAsync(stoppingToken).ConfigureAwait(false))
                {
                    if (update.Event is MeetingEnded)
                    {
                        await desk.CallOffOrphansAsync().ConfigureAwait(false);
                    }
                }

                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops: the calls are ended by their own service.
        }
    }
}
