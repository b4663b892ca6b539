using System.Globalization;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Calls;

/// <summary>The provisional answer of ours that waits for its PRACK (RFC 3262 §3; DLG9). One at a time.</summary>
/// <remarks>Sent again after T1, then doubling without a cap, until the PRACK, the final answer or 64·T1.</remarks>
internal sealed class ReliableProvisional(SipUserAgent agent, InviteServerTransaction invite)
{
    private const int LargestFirst = 1_000_000;     // leaves room to count up

    private readonly SipTimers _timers = agent.Options.Timers;
    private uint _number = (uint)agent.Tokens.Between(1, LargestFirst);
    private SipResponse? _unacknowledged;
    private TimeSpan _interval;
    private TimeSpan _next = TimeSpan.MaxValue;
    private TimeSpan _giveUpAt = TimeSpan.MaxValue;

    /// <summary>When it wants waking; <see cref="TimeSpan.MaxValue"/> when nothing is to be repeated.</summary>
    public TimeSpan Deadline => _next < _giveUpAt ? _next : _giveUpAt;

    /// <summary>True when the INVITE demands that provisional answers be reliable.</summary>
    public static bool IsRequired(SipRequest invite) => invite.Require.Contains(SipRAck.OptionTag, StringComparer.OrdinalIgnoreCase);

    /// <summary>Sends an answer. Nothing happens while the one before is not acknowledged.</summary>
    public void Send(SipResponse response, TimeSpan now)
    {
        if (_unacknowledged is not null)
        {
            return;
        }

        response.Headers.Add(SipHeaderNames.Require, SipRAck.OptionTag);
        response.Headers.Add(SipHeaderNames.RSeq, (++_number).ToString(CultureInfo.InvariantCulture));
        _unacknowledged = response;
        _interval = _timers.T1;
        _next = now + _interval;
        _giveUpAt = now + _timers.GiveUp;
        agent.Respond(invite, response, now);
    }

    /// <summary>Takes a PRACK. False when it acknowledges nothing that waits.</summary>
    public bool TryAcknowledge(SipRequest prack)
    {
        if (_unacknowledged is null
            || !SipRAck.TryRead(prack, out SipRAck rack)
            || rack != new SipRAck(_number, invite.Request.CSeq.Number, SipMethods.Invite))
        {
            return false;
        }

        _unacknowledged = null;
        Stop();
        return true;
    }

    /// <summary>A final answer was given: nothing is repeated any more, but a PRACK that is on its way is still good.</summary>
    public void Stop() => _next = _giveUpAt = TimeSpan.MaxValue;

    /// <summary>Sends again what is due. False when no PRACK can be hoped for any more.</summary>
    public bool TryRepeat(TimeSpan now)
    {
        if (now >= _giveUpAt)
        {
            Stop();
            return false;
        }

        if (now >= _next)
        {
            _interval *= 2;
            _next = now + _interval;
            agent.Respond(invite, _unacknowledged!, now);
        }

        return true;
    }
}
