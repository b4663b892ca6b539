using System.Net;

namespace PhoneBridge.Sip.Transport;

/// <summary>One place that a request can be sent to.</summary>
/// <param name="Transport">By which protocol.</param>
/// <param name="EndPoint">Address and port.</param>
public sealed record SipTarget(SipTransportKind Transport, IPEndPoint EndPoint);
