using System.Net;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Writes down what goes wrong on the SIP side; messages themselves are never logged, for they hold numbers.</summary>
internal sealed class SipTrace(ILogger<SipTrace> logger) : ISipTrace
{
    public void OnDropped(SipDropReason reason, IPEndPoint source) => Log.Dropped(logger, source, reason);

    public void OnSendFailed(SipFlow flow, string error) => Log.SendFailed(logger, flow.Remote, error);

    public void OnHandshakeFailed(SipFlow flow, bool isOfKnownPeer, string why) =>
        Log.HandshakeFailed(logger, isOfKnownPeer ? LogLevel.Warning : LogLevel.Debug, flow.Remote, why);

    public void OnFault(Exception fault, string? callId) => Log.SipFault(logger, fault);
}
