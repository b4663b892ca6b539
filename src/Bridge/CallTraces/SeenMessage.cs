using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>When something happened.</summary>
/// <param name="At">By the wall clock.</param>
/// <param name="Timestamp">By the monotonic clock, in its own units.</param>
internal readonly record struct Moment(DateTimeOffset At, long Timestamp)
{
    /// <summary>Now.</summary>
    public static Moment Of(TimeProvider time) => new(time.GetUtcNow(), time.GetTimestamp());
}

/// <summary>A message as it passed, taken on the SIP loop at the price of one array: its texts never change, the message itself may.</summary>
/// <remarks>Holds numbers and secrets, and lives only until it has been redacted.</remarks>
internal sealed class SeenMessage
{
    // What stands behind it in a body is not shown anyhow, and senders must not fill our memory.
    private const int LongestBody = 8192;

    private SeenMessage(SipMessage message, SipFlow flow, bool isSent, Moment moment)
    {
        Headers = new SipHeader[message.Headers.Count];
        int count = 0;
        foreach (SipHeader line in message.Headers)
        {
            Headers[count++] = line;
        }

        BodyLength = message.Body.Length;
        Body = BodyLength <= LongestBody ? message.Body : message.Body[..LongestBody].ToArray();
        (CallId, Flow, IsSent, Moment) = (message.CallId, flow, isSent, moment);
    }

    /// <summary>When.</summary>
    public Moment Moment { get; }

    /// <summary>True when it is ours.</summary>
    public bool IsSent { get; }

    /// <summary>Its way.</summary>
    public SipFlow Flow { get; }

    /// <summary>Its Call-ID.</summary>
    public string CallId { get; }

    /// <summary>The method; null in a response.</summary>
    public string? Method { get; private init; }

    /// <summary>The Request-URI; null in a response.</summary>
    public SipUri? Uri { get; private init; }

    /// <summary>The status; 0 in a request.</summary>
    public int Status { get; private init; }

    /// <summary>The header lines in order.</summary>
    public SipHeader[] Headers { get; }

    /// <summary>The body, its beginning when it is long.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Length of the whole body [bytes].</summary>
    public int BodyLength { get; }

    /// <summary>True for an INVITE that would begin a call.</summary>
    public bool IsCallBeginning { get; private init; }

    /// <summary>Takes a request.</summary>
    public static SeenMessage Take(SipRequest request, SipFlow flow, bool isSent, Moment moment) => new(request, flow, isSent, moment)
    {
        Method = request.Method,
        Uri = request.Uri,
        IsCallBeginning = request.Method == SipMethods.Invite && request.To.Tag is null,
    };

    /// <summary>Takes a response.</summary>
    public static SeenMessage Take(SipResponse response, SipFlow flow, bool isSent, Moment moment) =>
        new(response, flow, isSent, moment) { Status = response.StatusCode };

    /// <summary>Value of the first line of that name; null when there is none.</summary>
    public string? this[string name] => Array.Find(Headers, line => line.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
