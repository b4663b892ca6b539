using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Carries a call's events from the SIP loop to its session on the control loop.</summary>
internal sealed class SipRelay(ControlLoop loop, CallSession session) : ISipCallEvents
{
    public void OnOffer(SipCall call, SdpSession? offer) => loop.Post(() => session.OnOffer(offer));

    public void OnAnswer(SipCall call, SdpSession answer) => loop.Post(() => session.OnAnswer(answer));

    public void OnConfirmed(SipCall call) => loop.Post(session.OnConfirmed);

    public void OnInfo(SipCall call, string contentType, ReadOnlyMemory<byte> body) => loop.Post(() => session.OnInfo(contentType, body.Span));

    public void OnAlive(SipCall call) => loop.Post(session.OnAlive);

    public void OnEnded(SipCall call, SipCallEnd end) => loop.Post(() => session.OnEnded(end));
}
