using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Calls;

/// <summary>What we say of ourselves, above all in answers to OPTIONS (RFC 3261 §11.2).</summary>
internal static class SipCapabilities
{
    /// <summary>Methods that get more than a refusal. NOTIFY is understood and gets 489.</summary>
    public const string Allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, NOTIFY";

    /// <summary>Option tags that work.</summary>
    public const string Supported = $"{SessionTimer.OptionTag}, {SipRAck.OptionTag}, {SipReplaces.OptionTag}";

    private static readonly string[] Tags = [SessionTimer.OptionTag, SipRAck.OptionTag, SipReplaces.OptionTag];

    /// <summary>Bodies that are read.</summary>
    public const string Accept = "application/sdp, multipart/mixed, application/dtmf-relay, application/dtmf";

    /// <summary>Encodings of bodies.</summary>
    public const string AcceptEncoding = "identity";

    /// <summary>Languages of reason phrases.</summary>
    public const string AcceptLanguage = "en";

    /// <summary>True for the option tags of <see cref="Supported"/>.</summary>
    public static bool IsSupported(string tag) => Tags.Contains(tag, StringComparer.OrdinalIgnoreCase);

    /// <summary>True for methods that reach the transaction user.</summary>
    public static bool IsServed(string method) => method is SipMethods.Invite or SipMethods.Ack or SipMethods.Cancel
        or SipMethods.Bye or SipMethods.Options or SipMethods.Info or SipMethods.Update or SipMethods.Prack
        or SipMethods.Notify or SipMethods.Subscribe or SipMethods.Refer;

    /// <summary>Completes an answer to OPTIONS.</summary>
    public static void Describe(SipResponse response)
    {
        response.Headers.Add(SipHeaderNames.Allow, Allow);
        response.Headers.Add(SipHeaderNames.Supported, Supported);
        response.Headers.Add(SipHeaderNames.Accept, Accept);
        response.Headers.Add(SipHeaderNames.AcceptEncoding, AcceptEncoding);
        response.Headers.Add(SipHeaderNames.AcceptLanguage, AcceptLanguage);
    }
}
