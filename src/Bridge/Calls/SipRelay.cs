using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Carries a call's events from the SIP loop to its session on the control loop.</summary>
internal sealed class SipRelay(ControlLoop loop) : ISipCallEvents
{
    /// <summary>The session; null until the call is admitted, and for ever when it was refused. On the control loop.</summary>
    public CallSession? Session { get; set; }

    public void OnOffer(SipCall call, SdpSession? offer) => loop.Post(() => Session?.OnOffer(offer));

    public void OnProgress(SipCall call, SipProgress progress) => loop.Post(() => Session?.OnProgress());

    public void OnAnswer(SipCall call, SdpSession answer) => loop.Post(() => Session?.OnAnswer(answer));

    public void OnRefreshed(SipCall call, SdpSession answer) => loop.Post(() => Session?.OnRefreshed(answer));

    public void OnConfirmed(SipCall call) => loop.Post(() => Session?.OnConfirmed());

    public void OnInfo(SipCall call, string contentType, ReadOnlyMemory<byte> body) =>
        loop.Post(() => Session?.OnInfo(contentType, body.Span));

    public void OnAlive(SipCall call) => loop.Post(() => Session?.OnAlive());

    public void OnEnded(SipCall call, SipCallEnd end) => loop.Post(() => Session?.OnEnded(end));
}
