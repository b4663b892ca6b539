using System.Net;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Protection;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Writes down what goes wrong on the SIP side; messages themselves are never logged, for they hold numbers.</summary>
internal sealed class SipTrace(ILogger<SipTrace> logger) : ISipTrace
{
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

    public void OnFault(Exception fault, string? callId) => Log.SipFault(logger, fault);
}
