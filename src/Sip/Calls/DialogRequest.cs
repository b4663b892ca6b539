using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Dialogs;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Calls;

/// <summary>Hears how a request of ours within a dialog fared.</summary>
internal interface IDialogRequestUser
{
    /// <summary>The final answer, and each repeated 2xx to an INVITE.</summary>
    void OnResponse(DialogRequest request, SipResponse response, TimeSpan now);

    /// <summary>No final answer will come.</summary>
    void OnFailure(DialogRequest request, TimeSpan now);
}

/// <summary>A request of ours within a dialog until its final answer. Challenges are answered on the way (RFC 3261 §22).</summary>
internal sealed class DialogRequest(SipUserAgent agent, SipDialog dialog, DigestClient? digest, IDialogRequestUser user) : IClientTransactionUser
{
    private ClientTransaction? _transaction;

    /// <summary>The request as it was sent last: a challenge makes it another one, with a CSeq of its own.</summary>
    public SipRequest Request => _transaction!.Request;

    /// <summary>Sends it.</summary>
    public void Send(SipRequest request, TimeSpan now)
    {
        digest?.Authorize(request);
        _transaction = agent.Start(dialog, request, this, now);
    }

    /// <summary>Nobody wants the answer any more.</summary>
    public void Abandon() => agent.Abandon(_transaction!);

    /// <inheritdoc/>
    public void OnResponse(ClientTransaction transaction, SipResponse response, TimeSpan now)
    {
        if (transaction != _transaction || response.StatusCode < 200)
        {
            return;
        }

        if (response.StatusCode is not (401 or 407))
        {
            digest?.OnAccepted();
        }
        else if (digest?.OnChallenge(response) == DigestVerdict.Retry)
        {
            Send(dialog.Again(transaction.Request), now);
            return;
        }

        user.OnResponse(this, response, now);
    }

    /// <inheritdoc/>
    public void OnFailure(ClientTransaction transaction, TransactionEvent failure, TimeSpan now)
    {
        if (transaction == _transaction)
        {
            user.OnFailure(this, now);
        }
    }
}
