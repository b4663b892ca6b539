using System.Net;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Protection;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Writes down what goes wrong on the SIP side and counts messages by trunk; messages themselves are never logged, for they hold numbers: they go into the ladders, redacted.</summary>
internal sealed class SipTrace(ILogger<SipTrace> logger, TrunkFigures figures, CallTraceRecorder ladders) : ISipTrace
{
    public void OnRequestReceived(SipRequest request, SipFlow flow)
    {
        figures.Of(flow.Remote.Address)?.OnRequestReceived();
        ladders.OnRequest(request, flow, isSent: false);
    }

    public void OnResponseReceived(SipResponse response, SipFlow flow)
    {
        figures.Of(flow.Remote.Address)?.OnAnswerReceived(response.StatusCode);
        ladders.OnResponse(response, flow, isSent: false);
    }

    public void OnRequestSent(SipRequest request, SipFlow flow)
    {
        figures.Of(flow.Remote.Address)?.OnRequestSent();
        ladders.OnRequest(request, flow, isSent: true);
    }

    public void OnResponseSent(SipResponse response, SipFlow flow)
    {
        figures.Of(flow.Remote.Address)?.OnAnswerSent(response.StatusCode);
        ladders.OnResponse(response, flow, isSent: true);
    }

    public void OnDropped(SipDropReason reason, IPEndPoint source) => Log.Dropped(logger, source, reason);

    public void OnStranger(IPAddress source) => Log.Stranger(logger, source);

    public void OnBanned(SipBan ban)
    {
        if (logger.IsEnabled(LogLevel.Warning))
        {
            Log.Banned(logger, ban, ban.Left.TotalSeconds);
        }
    }

    public void OnSendFailed(SipFlow flow, string error) => Log.SendFailed(logger, flow.Remote, error);

    public void OnHandshakeFailed(SipFlow flow, bool isOfKnownPeer, string why) =>
        Log.HandshakeFailed(logger, isOfKnownPeer ? LogLevel.Warning : LogLevel.Debug, flow.Remote, why);

    public void OnFault(Exception fault, string? callId) => Log.SipFault(logger, fault);
}
