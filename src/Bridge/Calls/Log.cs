using System.Net;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Protection;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Calls;

/// <summary>The log lines of calls: event ids 2000 to 2099; of strangers and bans: 2400 and on. Callers appear masked, PINs never.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 2000, EventName = "CallArrived", Level = LogLevel.Information,
        Message = "Call {Leg} came in by {Trunk} from {Caller} over {Transport}")]
    public static partial void Arrived(ILogger logger, long leg, string trunk, string caller, SipTransportKind transport);

    [LoggerMessage(EventId = 2001, EventName = "CallEnded", Message = "Call {Leg} ended: {Reason}, after {Seconds:F1} s")]
    public static partial void Ended(ILogger logger, LogLevel level, long leg, CallEnd reason, double seconds);

    [LoggerMessage(EventId = 2002, EventName = "CallRefused", Level = LogLevel.Information,
        Message = "Call from {Source} refused with {Status}: {Why}")]
    public static partial void Refused(ILogger logger, IPAddress source, int status, string why);

    [LoggerMessage(EventId = 2003, EventName = "ControlFault", Level = LogLevel.Error, Message = "Work on the control loop failed; the loop goes on")]
    public static partial void Fault(ILogger logger, Exception fault);

    [LoggerMessage(EventId = 2004, EventName = "Listening", Level = LogLevel.Information, Message = "SIP listens on {Transport} {EndPoint}")]
    public static partial void Listening(ILogger logger, SipTransportKind transport, IPEndPoint endPoint);

    [LoggerMessage(EventId = 2005, EventName = "CannotListen", Level = LogLevel.Error, Message = "SIP cannot listen: {Why}")]
    public static partial void CannotListen(ILogger logger, string why);

    [LoggerMessage(EventId = 2006, EventName = "PinLookUpFailed", Level = LogLevel.Warning, Message = "A PIN could not be looked up: {Why}")]
    public static partial void PinLookUpFailed(ILogger logger, string why);

    [LoggerMessage(EventId = 2007, EventName = "SipDropped", Level = LogLevel.Debug, Message = "SIP message from {Source} dropped: {Why}")]
    public static partial void Dropped(ILogger logger, IPEndPoint source, SipDropReason why);

    [LoggerMessage(EventId = 2008, EventName = "SipSendFailed", Level = LogLevel.Information, Message = "A SIP message to {Peer} could not be sent: {Why}")]
    public static partial void SendFailed(ILogger logger, IPEndPoint peer, string why);

    [LoggerMessage(EventId = 2012, EventName = "TlsHandshakeFailed", Message = "No TLS connection with {Peer}: {Why}")]
    public static partial void HandshakeFailed(ILogger logger, LogLevel level, IPEndPoint peer, string why);

    [LoggerMessage(EventId = 2010, EventName = "AnswerUnusable", Level = LogLevel.Information, Message = "Call {Leg}: the answer to our offer cannot be used: {Why}")]
    public static partial void AnswerUnusable(ILogger logger, long leg, string why);

    [LoggerMessage(EventId = 2013, EventName = "CallPlaced", Level = LogLevel.Information,
        Message = "Call {Leg} goes out by {Trunk} to {Callee} over {Transport}")]
    public static partial void Placed(ILogger logger, long leg, string trunk, string callee, SipTransportKind transport);

    [LoggerMessage(EventId = 2500, EventName = "SourceBanned", Level = LogLevel.Warning,
        Message = "{Source} was banned for {Seconds:F0} s: too many refused or malformed SIP requests")]
    public static partial void Banned(ILogger logger, SipBan source, double seconds);

    [LoggerMessage(EventId = 2502, EventName = "Stranger", Level = LogLevel.Information,
        Message = "SIP from {Source} is not served: the address belongs to no trunk")]
    public static partial void Stranger(ILogger logger, IPAddress source);

    [LoggerMessage(EventId = 2501, EventName = "BanLifted", Level = LogLevel.Information, Message = "The ban of {Source} was lifted by the API")]
    public static partial void BanLifted(ILogger logger, IPAddress source);

    [LoggerMessage(EventId = 2009, EventName = "SipFault", Level = LogLevel.Error, Message = "A fault in signalling ended one call; the others go on")]
    public static partial void SipFault(ILogger logger, Exception fault);

    [LoggerMessage(EventId = 2011, EventName = "CallReplaced", Level = LogLevel.Information, Message = "Call {Leg} goes on with another caller's end")]
    public static partial void Replaced(ILogger logger, long leg);
}
