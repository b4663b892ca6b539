namespace PhoneBridge.Sip.Calls;

/// <summary>The timers of a call besides those of its transactions.</summary>
internal enum CallTimer
{
    /// <summary>The application must have given a final answer to the INVITE.</summary>
    Answer,

    /// <summary>The application must have answered the peer's offer.</summary>
    Offer,

    /// <summary>Our re-INVITE met one of the peer: time to send it again (RFC 3261 §14.1).</summary>
    Glare,

    /// <summary>Our re-INVITE must have a final answer: its transaction does not limit the wait after a 1xx.</summary>
    OwnOffer,

    /// <summary>Time for our refresh of the session (RFC 4028 §10), or for another try.</summary>
    Refresh,

    /// <summary>The peer's refresh did not come (RFC 4028 §10).</summary>
    SessionExpiry,
}

/// <summary>One deadline for each <see cref="CallTimer"/>.</summary>
internal sealed class DeadlineTable
{
    private readonly TimeSpan[] _deadlines = Enumerable.Repeat(TimeSpan.MaxValue, Enum.GetValues<CallTimer>().Length).ToArray();

    /// <summary>The earliest, <see cref="TimeSpan.MaxValue"/> when none is set.</summary>
    public TimeSpan Next => _deadlines.Min();

    /// <summary>Starts or moves a timer.</summary>
    public void Set(CallTimer timer, TimeSpan deadline) => _deadlines[(int)timer] = deadline;

    /// <summary>Stops a timer.</summary>
    public void Stop(CallTimer timer) => Set(timer, TimeSpan.MaxValue);

    /// <summary>Stops all.</summary>
    public void StopAll() => _deadlines.AsSpan().Fill(TimeSpan.MaxValue);

    /// <summary>True once when the timer is due; it is stopped then.</summary>
    public bool Take(CallTimer timer, TimeSpan now)
    {
        if (_deadlines[(int)timer] > now)
        {
            return false;
        }

        Stop(timer);
        return true;
    }
}
