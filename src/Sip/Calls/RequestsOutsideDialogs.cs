using PhoneBridge.Sip.Dialogs;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Calls;

/// <summary>Answers requests that belong to no dialog: an INVITE begins a call, OPTIONS is answered, all else is refused (RFC 3261 §8.2, §11).</summary>
/// <remarks>Run by the owner of the agent.</remarks>
internal sealed class RequestsOutsideDialogs(SipUserAgent agent, ISipCallHandler handler, SipCounters counters)
{
    // Retry-After of OPTIONS while no new calls are taken [s].
    private const int ShortestWait = 30, LongestWait = 120;

    /// <summary>Takes a request that passed the screen.</summary>
    public void OnRequest(ServerTransaction transaction, TimeSpan now)
    {
        switch (transaction.Request.Method)
        {
            case SipMethods.Invite:
                OnInvite((InviteServerTransaction)transaction, now);
                break;
            case SipMethods.Options:
                OnOptions(transaction, now);
                break;
            case SipMethods.Notify or SipMethods.Subscribe:
                agent.Reject(transaction, SipRejection.BadEvent, agent.Tokens.Tag(), now);
                break;
            default:
                agent.Reject(transaction, SipRejection.NoSuchDialog, agent.Tokens.Tag(), now);
                break;
        }
    }

    private void OnInvite(InviteServerTransaction invite, TimeSpan now)
    {
        SipRequest request = invite.Request;
        SdpBodyResult body = SdpBody.Read(request);
        SipRejection? refusal = agent.IsDraining ? SipRejection.Unavailable(agent.Tokens)
            : (request.Contact ?? request.From) is not { Uri.IsSip: true } ? SipRejection.NoContact
            : SessionTimer.Check(request) ?? RequestScreen.CheckAccept(request) ?? SipRejection.ForBody(body);
        InviteUsage? replaced = null;
        refusal ??= Replacement.Check(request, agent.Find, out replaced);
        if (refusal is not null)
        {
            agent.Reject(invite, refusal, agent.Tokens.Tag(), now);
            agent.Guard(() => handler.OnRefused(request, invite.Source, refusal.Status), request.CallId);
            return;
        }

        agent.Respond(invite, SipResponse.For(request, 100), now);
        SipDialog dialog = SipDialog.ForIncoming(request, agent.Tokens.Tag(), invite.Source);
        InviteUsage usage = new(agent, dialog, invite, body.Session, replaced, now);
        agent.Add(usage);
        counters.CountCall();
        if (!agent.Guard(() => usage.Attach(handler.OnIncoming(usage.Call)), request.CallId))
        {
            usage.OnFault(now);
        }
    }

    private void OnOptions(ServerTransaction transaction, TimeSpan now)
    {
        SipOptionsAnswer answer = SipOptionsAnswer.Available;
        if (agent.IsDraining)
        {
            answer = SipOptionsAnswer.Unavailable(TimeSpan.FromSeconds(agent.Tokens.Between(ShortestWait, LongestWait)));
        }
        else
        {
            agent.Guard(() => answer = handler.OnOptions(), transaction.Request.CallId);
        }

        SipResponse response = SipResponse.For(transaction.Request, answer.Status, toTag: agent.Tokens.Tag());
        SipCapabilities.Describe(response);
        if (answer.RetryAfter is { } wait)
        {
            (string name, string value) = SipRejection.RetryAfter((int)Math.Ceiling(wait.TotalSeconds));
            response.Headers.Add(name, value);
        }

        agent.Respond(transaction, response, now);
    }
}
