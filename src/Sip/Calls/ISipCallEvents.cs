using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Sip.Calls;

/// <summary>What becomes of one call. Called on the SIP loop, in order, never at the same time: must not block.</summary>
/// <remarks>An exception thrown here is counted and ends the call; <see cref="OnEnded"/> is still called.</remarks>
public interface ISipCallEvents
{
    /// <summary>
    /// The peer wants to change the session (re-INVITE or UPDATE): answer by <see cref="SipCall.AnswerOffer"/> or
    /// <see cref="SipCall.RefuseOffer"/>. Without answer it is refused for us after a while, and the session stays.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="offer">The offer; null when the peer wants ours (DLG6).</param>
    void OnOffer(SipCall call, SdpSession? offer);

    /// <summary>A call of ours goes on: it rings, or its early media begin or change. Several ends may ring at once.</summary>
    /// <param name="call">The call.</param>
    /// <param name="progress">What was heard. The description of the one that answers comes again, by OnAnswer.</param>
    void OnProgress(SipCall call, SipProgress progress)
    {
    }

    /// <summary>
    /// The peer answered our offer: in the ACK of a late offer, to <see cref="SipCall.SendOffer"/>, or by taking a call of ours.
    /// </summary>
    void OnAnswer(SipCall call, SdpSession answer);

    /// <summary>The ACK to our 200 arrived, or a call of ours was answered: the call is up.</summary>
    void OnConfirmed(SipCall call);

    /// <summary>An INFO within the dialog; it was answered with 200.</summary>
    /// <param name="call">The call.</param>
    /// <param name="contentType">As written; empty when there was no body.</param>
    /// <param name="body">May be kept.</param>
    void OnInfo(SipCall call, string contentType, ReadOnlyMemory<byte> body);

    /// <summary>The call is over: the last event, exactly once. What is left of the signalling goes on by itself.</summary>
    void OnEnded(SipCall call, SipCallEnd end);

    /// <summary>The offer that waits for our answer is off (CANCEL, or nobody answered it): the session is as before.</summary>
    void OnOfferWithdrawn(SipCall call)
    {
    }

    /// <summary>Our own offer was refused: the session is as before (DLG5).</summary>
    /// <param name="call">The call.</param>
    /// <param name="status">The peer's final status.</param>
    void OnOfferFailed(SipCall call, int status)
    {
    }

    /// <summary>The peer answered our last description, sent again to refresh the session (DLG8). Usually nothing has changed.</summary>
    /// <param name="call">The call.</param>
    /// <param name="answer">The peer's description; one that cannot be used is no reason to end the call.</param>
    void OnRefreshed(SipCall call, SdpSession answer)
    {
    }

    /// <summary>The peer answered <see cref="SipCall.Probe"/>: it lives.</summary>
    void OnAlive(SipCall call)
    {
    }
}
