using System.Net;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Protection;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Calls;

/// <summary>Why something that came in was not worked on: a closed set, fit for counters.</summary>
public enum SipDropReason
{
    /// <summary>A request that cannot be read and not even be answered.</summary>
    MalformedRequest,

    /// <summary>A response that cannot be read.</summary>
    MalformedResponse,

    /// <summary>Something that is no SIP.</summary>
    NotSip,

    /// <summary>A response that answers no request of ours.</summary>
    StrayResponse,

    /// <summary>A response with more than our Via: it was meant for a proxy (RFC 3261 §8.1.3.3).</summary>
    ForeignResponse,

    /// <summary>An ACK that belongs to no dialog.</summary>
    StrayAck,

    /// <summary>The table of transactions is full.</summary>
    Overflow,

    /// <summary>The loop did not keep up and the queue of datagrams was full.</summary>
    QueueFull,

    /// <summary>A connection above the caps.</summary>
    ConnectionRefused,

    /// <summary>A connection that sent nothing, or no whole message, in time.</summary>
    ConnectionTimeout,

    /// <summary>A peer that does not read what we send.</summary>
    ConnectionStalled,

    /// <summary>A connection that was closed to make room for another.</summary>
    ConnectionEvicted,

    /// <summary>A TLS handshake that failed: a refused certificate, an old version, something that is no TLS.</summary>
    HandshakeFailed,

    /// <summary>From an address of no known peer, while such are not served; also those that got a refusal.</summary>
    Stranger,

    /// <summary>From a banned source.</summary>
    Banned,

    /// <summary>An ACK to an answer that was given without state.</summary>
    StatelessAck,
}

/// <summary>Watches the endpoint, for logs and measures. Called on the SIP loop (drops also on other threads): must not block or throw.</summary>
/// <remarks>Messages hold numbers and names of callers: what is written down of them is the implementer's care.</remarks>
public interface ISipTrace
{
    /// <summary>A request was read.</summary>
    void OnRequestReceived(SipRequest request, SipFlow flow)
    {
    }

    /// <summary>A response was read.</summary>
    void OnResponseReceived(SipResponse response, SipFlow flow)
    {
    }

    /// <summary>A request of ours goes out, or goes out again.</summary>
    void OnRequestSent(SipRequest request, SipFlow flow)
    {
    }

    /// <summary>An answer goes out, or goes out again.</summary>
    void OnResponseSent(SipResponse response, SipFlow flow)
    {
    }

    /// <summary>Something was dropped, other than by the first look at it, which is counted only.</summary>
    void OnDropped(SipDropReason reason, IPEndPoint source)
    {
    }

    /// <summary>A stranger is not served; told once of each source, and of very many at once only of some.</summary>
    void OnStranger(IPAddress source)
    {
    }

    /// <summary>A source was banned. Of very many at once only some are told.</summary>
    void OnBanned(SipBan ban)
    {
    }

    /// <summary>A message could not be sent.</summary>
    void OnSendFailed(SipFlow flow, string error)
    {
    }

    /// <summary>A TLS handshake failed.</summary>
    /// <param name="flow">The connection.</param>
    /// <param name="isOfKnownPeer">Whether we had begun it, or a peer did whose address is known.</param>
    /// <param name="why">In words for an operator; holds names from the peer's certificate.</param>
    void OnHandshakeFailed(SipFlow flow, bool isOfKnownPeer, string why)
    {
    }

    /// <summary>An exception escaped from a handler or from the endpoint itself. The call that it concerned was ended.</summary>
    void OnFault(Exception fault, string? callId)
    {
    }
}

/// <summary>Watches nothing.</summary>
internal sealed class NoTrace : ISipTrace
{
    public static readonly NoTrace Instance = new();
}
