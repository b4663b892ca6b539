using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Calls;

/// <summary>A 2xx to an INVITE that the UA repeats until its ACK comes, on TCP too (RFC 3261 §13.3.1.4; TRX3).</summary>
internal sealed class UnacknowledgedAnswer(
    InviteServerTransaction invite, SipResponse response, bool carriesOffer, SipTimers timers, TimeSpan sentAt)
{
    private TimeSpan _interval = timers.T1;
    private TimeSpan _next = sentAt + timers.T1;

    /// <summary>The transaction that the answer passes through.</summary>
    public InviteServerTransaction Invite => invite;

    /// <summary>The answer.</summary>
    public SipResponse Response => response;

    /// <summary>True when the ACK must bring the SDP answer.</summary>
    public bool CarriesOffer => carriesOffer;

    /// <summary>When nothing more is hoped for: 64·T1 after the first sending.</summary>
    public TimeSpan GiveUpAt { get; } = sentAt + timers.GiveUp;

    /// <summary>When it wants waking.</summary>
    public TimeSpan Deadline => _next < GiveUpAt ? _next : GiveUpAt;

    /// <summary>True when the answer is to be sent again now: after T1, then doubling to T2.</summary>
    public bool TakeRepeat(TimeSpan now)
    {
        if (now < _next)
        {
            return false;
        }

        _interval = timers.DoubledToT2(_interval);
        _next = now + _interval;
        return true;
    }
}
