using System.Net;

namespace PhoneBridge.Mixer;

/// <summary>Where a leg receives: what its SDP has to say.</summary>
/// <param name="Address">The local address both sockets are bound to.</param>
/// <param name="RtpPort">UDP port of RTP; even (RFC 3550 §11).</param>
/// <param name="RtcpPort">UDP port of RTCP; the odd one above <paramref name="RtpPort"/>.</param>
public readonly record struct LegPorts(IPAddress Address, int RtpPort, int RtcpPort);
