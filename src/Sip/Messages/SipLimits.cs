namespace PhoneBridge.Sip.Messages;

/// <summary>Limits on what a peer may send (MSG6, MSG8). Fixed: generous for any real message, small for an attacker.</summary>
public static class SipLimits
{
    /// <summary>Whole message [bytes]: what a UDP datagram can hold.</summary>
    public const int MaxMessageBytes = 65_535;

    /// <summary>Header lines after unfolding.</summary>
    public const int MaxHeaders = 128;

    /// <summary>One header line after unfolding, or the start line [bytes].</summary>
    public const int MaxLineBytes = 8_192;

    /// <summary>Request-URI [bytes]; a longer one gets 414.</summary>
    public const int MaxUriBytes = 4_096;

    /// <summary>Parameters of one URI or header value; more make it malformed.</summary>
    public const int MaxParameters = 64;

    /// <summary>Values in all Via lines together.</summary>
    public const int MaxVias = 70;
}
