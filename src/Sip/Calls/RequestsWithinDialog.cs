using PhoneBridge.Sip.Dialogs;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Calls;

/// <summary>Answers the peer's requests within a call, in order, and tells the call what they change (RFC 3261 §12.2.2).</summary>
internal sealed class RequestsWithinDialog(SipUserAgent agent, InviteUsage usage)
{
    /// <summary>Takes a request, neither ACK nor CANCEL.</summary>
    public void OnRequest(ServerTransaction transaction, TimeSpan now)
    {
        SipRequest request = transaction.Request;
        SequenceCheck sequence = usage.Dialog.OnRequest(request, transaction.Source);
        if (sequence == SequenceCheck.TooLow
            || (sequence == SequenceCheck.Repeated && request.Method == SipMethods.Invite))
        {
            Reject(SipRejection.OutOfOrder);
            return;
        }

        transaction.Owner = usage;
        switch (request.Method)
        {
            case SipMethods.Bye when usage.State != CallState.Closed:
                Respond(Ok());
                usage.OnBye(request, now);
                break;
            case var _ when usage.State is CallState.Closing or CallState.Closed:
                Reject(SipRejection.NoSuchDialog);
                break;
            case SipMethods.Invite:
                usage.Offers.OnInvite((InviteServerTransaction)transaction, now);
                break;
            case SipMethods.Update:
                usage.Offers.OnUpdate(transaction, now);
                break;
            case SipMethods.Info:
                Respond(Ok());
                usage.Raise(now, events => events.OnInfo(usage.Call, request.ContentType ?? "", request.Body));
                break;
            case SipMethods.Options:
                SipResponse ok = Ok();
                SipCapabilities.Describe(ok);
                Respond(ok);
                break;
            case SipMethods.Refer:
                Reject(SipRejection.Declined);
                break;
            case SipMethods.Prack when usage.TryAcknowledge(request):
                Respond(Ok());
                agent.Schedule(usage);
                break;
            case SipMethods.Prack:
                Reject(SipRejection.NoSuchDialog);
                break;
            default:
                Reject(SipRejection.BadEvent);
                break;
        }

        SipResponse Ok() => SipResponse.For(request, 200, toTag: usage.LocalTag);

        void Respond(SipResponse response) => agent.Respond(transaction, response, now);

        void Reject(SipRejection rejection) => agent.Reject(transaction, rejection, usage.LocalTag, now);
    }
}
