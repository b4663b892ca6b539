using PhoneBridge.Sip.Calls;

namespace PhoneBridge.Sip.Protection;

/// <summary>Why a new call was turned away before it was read: a closed set, fit for counters.</summary>
public enum SipShedReason
{
    /// <summary>Its source calls more often than it may.</summary>
    SourceRate,

    /// <summary>Work waits too long for its loop.</summary>
    QueueDelay,

    /// <summary>Too many calls are being set up.</summary>
    HalfOpenCalls,

    /// <summary>There are too many transactions.</summary>
    Transactions,

    /// <summary>More calls come in a second than are set up in one.</summary>
    SetUpRate,
}

/// <summary>Decides whether one more call is taken on. Calls within a limit are never touched: only new ones are turned away.</summary>
/// <remarks>
/// Under pressure strangers are turned away at half of each limit, peers that call more than their share of
/// <see cref="SipOverloadOptions.CallsPerSecond"/> at three quarters, the others at the whole: nobody can take all the room, and who
/// keeps to a share is served to the end. Since turning away costs next to nothing, a queue that is too long is soon a short one, and
/// calls are taken again: there is no state that had to recover. Not thread safe.
/// </remarks>
internal sealed class OverloadControl(SipOverloadOptions options, SipCounters counters, QueueDelay loop)
{
    private TokenBucket _all;
    private TokenBucket[] _shares = [];

    /// <summary>Says among how many peers the calls are shared out.</summary>
    public void SetPeers(int count) => _shares = new TokenBucket[count];

    /// <summary>Whether a new call is turned away, and why; null when it is taken.</summary>
    /// <param name="peer">The peer's number; -1 for strangers.</param>
    /// <param name="now">The time.</param>
    public SipShedReason? Check(int peer, TimeSpan now)
    {
        double share = _shares.Length == 0 ? 0 : (double)options.CallsPerSecond / _shares.Length;
        bool isWithinShare = peer >= 0 && _shares[peer].Used(share, now) + 1 <= Math.Max(1, share);
        double part = peer < 0 ? 0.5 : isWithinShare || share == 0 ? 1 : 0.75;

        if (options.QueueDelay > TimeSpan.Zero && Longest() > part * options.QueueDelay)
        {
            return SipShedReason.QueueDelay;
        }

        if (options.HalfOpenCalls > 0 && counters.HalfOpenCalls >= part * options.HalfOpenCalls)
        {
            return SipShedReason.HalfOpenCalls;
        }

        if (options.Transactions > 0 && counters.ServerTransactions >= part * options.Transactions)
        {
            return SipShedReason.Transactions;
        }

        if (options.CallsPerSecond > 0)
        {
            // One second's calls may come at once.
            if (!_all.TryTake(options.CallsPerSecond, Math.Max(1, part * options.CallsPerSecond), now))
            {
                return SipShedReason.SetUpRate;
            }

            if (isWithinShare)
            {
                _shares[peer].TryTake(share, Math.Max(1, share), now);
            }
        }

        return null;
    }

    private TimeSpan Longest()
    {
        TimeSpan own = loop.Current;
        TimeSpan application = options.ApplicationDelay?.Invoke() ?? TimeSpan.Zero;
        return own > application ? own : application;
    }
}
