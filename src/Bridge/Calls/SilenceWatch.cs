namespace PhoneBridge.Bridge.Calls;

/// <summary>Finds callers whose line is dead although nobody said BYE (RTP10). Sans-IO.</summary>
/// <remarks>
/// Silence alone never ends a call: a phone that is muted or in DTX sends nothing for minutes (RTP13). After
/// <paramref name="beforeProbe"/> without RTP and RTCP the peer is asked for a sign of life; an answer counts as one, no answer for
/// <paramref name="beforeEnd"/> ends the call. On hold, and for a peer that only ever answers our asking, the bound is
/// <paramref name="longest"/>.
/// </remarks>
/// <param name="beforeProbe">Silence before the first asking.</param>
/// <param name="beforeEnd">Silence before a peer that does not answer is given up.</param>
/// <param name="longest">Silence that nothing excuses.</param>
internal sealed class SilenceWatch(TimeSpan beforeProbe, TimeSpan beforeEnd, TimeSpan longest)
{
    private TimeSpan? _answeredAt;
    private TimeSpan? _probedAt;

    /// <summary>What to do about the silence.</summary>
    internal enum Verdict
    {
        /// <summary>Nothing.</summary>
        Alive,

        /// <summary>Ask the peer for a sign of life.</summary>
        Probe,

        /// <summary>End the call.</summary>
        Dead,
    }

    /// <summary>The peer answered our asking.</summary>
    public void OnProbeAnswered(TimeSpan now) => _answeredAt = now;

    /// <summary>Looks at the line; call every few seconds.</summary>
    /// <param name="silentFor">Time since the last packet of any kind.</param>
    /// <param name="isOnHold">The peer has us on hold.</param>
    /// <param name="now">Monotonic time.</param>
    public Verdict Look(TimeSpan silentFor, bool isOnHold, TimeSpan now)
    {
        if (silentFor >= longest)
        {
            return Verdict.Dead;
        }

        TimeSpan unexplained = _answeredAt is { } answered && now - answered < silentFor ? now - answered : silentFor;
        if (isOnHold || unexplained < beforeProbe)
        {
            return Verdict.Alive;
        }

        // Nobody is given up unasked, not even when the first look comes late.
        bool wasAsked = _probedAt is { } last && now - last < unexplained;
        if (unexplained >= beforeEnd && wasAsked && now != _probedAt)
        {
            return Verdict.Dead;
        }

        if (wasAsked && now - _probedAt < beforeProbe / 2)
        {
            return Verdict.Alive;
        }

        _probedAt = now;
        return Verdict.Probe;
    }
}
