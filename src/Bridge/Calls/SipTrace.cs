using System.Net;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Writes down what goes wrong on the SIP side; messages themselves are never logged, for they hold numbers: they go into the ladders, redacted.</summary>
internal sealed class SipTrace(ILogger<SipTrace> logger, CallTraceRecorder ladders) : ISipTrace
{
    public void OnRequestReceived(SipRequest request, SipFlow flow) => ladders.OnRequest(request, flow, isSent: false);

    public void OnResponseReceived(SipResponse response, SipFlow flow) => ladders.OnResponse(response, flow, isSent: false);

    public void OnRequestSent(SipRequest request, SipFlow flow) => ladders.OnRequest(request, flow, isSent: true);

    public void OnResponseSent(SipResponse response, SipFlow flow) => ladders.OnResponse(response, flow, isSent: true);

    public void OnDropped(SipDropReason reason, IPEndPoint source) => Log.Dropped(logger, source, reason);

    public void OnSendFailed(SipFlow flow, string error) => Log.SendFailed(logger, flow.Remote, error);

    public void OnFault(Exception fault, string? callId) => Log.SipFault(logger, fault);
}
