using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Conference;

/// <summary>Waits until the mixer reports that it obeyed a command. Belongs to the control loop.</summary>
internal sealed class MixerConfirmations(MediaEngine media, ControlLoop loop, BridgeMetrics metrics)
{
    // A tick is 20 ms and a late one may be two more; what takes longer than this is a fault worth telling the moderator.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, TaskCompletionSource<bool>> _pending = [];
    private readonly Dictionary<LegId, TaskCompletionSource<bool>> _unducking = [];
    private long _lastToken;

    /// <summary>Commands whose confirmation has not come yet.</summary>
    public int Pending => _pending.Count;

    /// <summary>Commands that were not confirmed in time, since the start.</summary>
    public long Overdue { get; private set; }

    /// <summary>Sends the command made with a fresh token; true once it is confirmed, false when that took longer than 1 s.</summary>
    public async Task<bool> SendAsync(Func<long, MediaCommand> command)
    {
        long token = ++_lastToken;
        TaskCompletionSource<bool> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending.Add(token, done);
        using IDisposable limit = loop.At(loop.Now + Limit, () => Complete(token, false));
        TimeSpan asked = loop.Now;
        media.Send(command(token));
        bool isConfirmed = await done.Task.ConfigureAwait(true);
        metrics.MuteApplied(loop.Now - asked);
        return isConfirmed;
    }

    /// <summary>Has a leg heard in full again; true once the mixer says that it is, false when that took longer than 1 s.</summary>
    public async Task<bool> UnduckAsync(LegId leg)
    {
        if (!_unducking.TryGetValue(leg, out TaskCompletionSource<bool>? done))
        {
            done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _unducking.Add(leg, done);
        }

        using IDisposable limit = loop.At(loop.Now + Limit, () => CompleteUnducking(leg, false));
        media.Send(new LiftDuck(leg));
        return await done.Task.ConfigureAwait(true);
    }

    /// <summary>A leg is heard in full again.</summary>
    public void OnUnducked(LegId leg) => CompleteUnducking(leg, true);

    /// <summary>The mixer has obeyed.</summary>
    public void OnApplied(long token) => Complete(token, true);

    private void CompleteUnducking(LegId leg, bool isConfirmed)
    {
        if (_unducking.Remove(leg, out TaskCompletionSource<bool>? done))
        {
            Overdue += isConfirmed ? 0 : 1;
            done.TrySetResult(isConfirmed);
        }
    }

    private void Complete(long token, bool isConfirmed)
    {
        if (_pending.Remove(token, out TaskCompletionSource<bool>? done))
        {
            Overdue += isConfirmed ? 0 : 1;
            done.TrySetResult(isConfirmed);
        }
    }
}
