using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Calls;

/// <summary>The application behind the endpoint. Called on the SIP loop: it must not block.</summary>
/// <remarks>An exception thrown here is counted and ends the call with 500; it never ends the loop.</remarks>
public interface ISipCallHandler
{
    /// <summary>A call came in; 100 was sent. It waits for <see cref="SipCall.Accept"/> or <see cref="SipCall.Reject"/>.</summary>
    /// <param name="call">The call. Its commands may be given here or later, from any thread.</param>
    /// <returns>Who hears what becomes of this call.</returns>
    ISipCallEvents OnIncoming(SipCall call);

    /// <summary>A new call was refused without asking: while draining, or because its INVITE cannot become a call. For counts and records.</summary>
    /// <param name="invite">The INVITE; may be read here only.</param>
    /// <param name="flow">The way that it came.</param>
    /// <param name="status">How it was refused.</param>
    void OnRefused(SipRequest invite, SipFlow flow, int status)
    {
    }

    /// <summary>OPTIONS outside a dialog, how trunks ask whether we live. Not asked while draining: that is a 503.</summary>
    SipOptionsAnswer OnOptions() => SipOptionsAnswer.Available;
}

/// <summary>The answer to OPTIONS outside a dialog.</summary>
/// <param name="Status">200, or a failure such as 503.</param>
/// <param name="RetryAfter">When to ask again, rounded up to whole seconds; null to leave it open.</param>
public readonly record struct SipOptionsAnswer(int Status, TimeSpan? RetryAfter)
{
    /// <summary>Calls are taken.</summary>
    public static SipOptionsAnswer Available { get; } = new(200, null);

    /// <summary>No calls for some time.</summary>
    public static SipOptionsAnswer Unavailable(TimeSpan retryAfter) => new(503, retryAfter);
}
