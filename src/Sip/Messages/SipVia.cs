using System.Globalization;
using System.Text;

namespace PhoneBridge.Sip.Messages;

/// <summary>One Via value (RFC 3261 §20.42).</summary>
/// <param name="Transport">As written, such as <c>UDP</c>; unknown transports are kept (RFC 4475 §3.1.1.10).</param>
/// <param name="SentByHost">Name or address, IPv6 without brackets.</param>
/// <param name="SentByPort">1 to 65535, or null for the transport's default.</param>
/// <param name="Parameters">Parameters in order.</param>
/// <remarks>Immutable, safe from any thread.</remarks>
public sealed record SipVia(string Transport, string SentByHost, int? SentByPort, SipParameters Parameters)
{
    /// <summary>What a branch of RFC 3261 begins with (§8.1.1.7).</summary>
    public const string MagicCookie = "z9hG4bK";

    /// <summary>The <c>branch</c> parameter; null from an RFC 2543 peer.</summary>
    public string? Branch => Parameters["branch"];

    /// <summary>The <c>received</c> parameter, brackets around IPv6 taken off (RFC 5118 §4.5); null when there is none.</summary>
    public string? Received => Parameters["received"]?.Trim('[', ']');

    /// <summary>True when <c>rport</c> is there, with or without a value: the peer asks for RFC 3581.</summary>
    public bool HasRPort => Parameters.Contains("rport");

    /// <summary>Value of <c>rport</c>, 1 to 65535; null when it is absent, empty or no port.</summary>
    public int? RPort =>
        SipGrammar.TryParseNumber(Parameters["rport"], max: 65535, out uint port) && port > 0 ? (int)port : null;

    /// <summary>The <c>maddr</c> parameter without brackets; null when there is none.</summary>
    public string? Maddr => Parameters["maddr"]?.Trim('[', ']');

    /// <summary>A copy that says where the request really came from (RFC 3261 §18.2.1, RFC 3581 §4).</summary>
    /// <param name="address">Source address, IPv6 without brackets.</param>
    /// <param name="port">Source port; written only when the peer asked by <c>rport</c>.</param>
    public SipVia WithReceived(string address, int port)
    {
        SipParameters parameters = Parameters.With("received", address);
        return this with
        {
            Parameters = HasRPort ? parameters.With("rport", port.ToString(CultureInfo.InvariantCulture)) : parameters,
        };
    }

    /// <summary>Reads one Via value. Never throws: false when the text is not one.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipVia via) => TryParse(text, isLenient: false, out via);

    /// <summary>Wire form.</summary>
    public override string ToString()
    {
        StringBuilder text = new(96);
        text.Append("SIP/2.0/").Append(Transport).Append(' ').Append(SipHost.Format(SentByHost));
        if (SentByPort is { } port)
        {
            text.Append(CultureInfo.InvariantCulture, $":{port}");
        }

        Parameters.AppendTo(text);
        return text.ToString();
    }

    /// <param name="text">One element of the list.</param>
    /// <param name="isLenient">Ignores broken parameters and other versions: enough to find the way back for an error response.</param>
    /// <param name="via">What was read.</param>
    internal static bool TryParse(ReadOnlySpan<char> text, bool isLenient, out SipVia via)
    {
        via = null!;

        // sent-protocol LWS sent-by: blanks may stand around both slashes (RFC 4475 §3.1.1.1).
        if (!TryTakeUpTo(ref text, '/', out ReadOnlySpan<char> name)
            || !name.Equals("SIP", StringComparison.OrdinalIgnoreCase)
            || !TryTakeUpTo(ref text, '/', out ReadOnlySpan<char> version)
            || (!isLenient && !version.SequenceEqual("2.0")))
        {
            return false;
        }

        text = SipGrammar.TrimBlanks(text);
        int blank = text.IndexOfAny(" \t");
        if (blank < 0 || !SipGrammar.IsToken(text[..blank]))
        {
            return false;
        }

        string transport = text[..blank].ToString();
        text = text[blank..];
        int semicolon = text.IndexOf(';');
        ReadOnlySpan<char> sentBy = SipGrammar.TrimBlanks(semicolon < 0 ? text : text[..semicolon]);
        if (!SipHost.TryParse(sentBy, out string host, out int? port)
            || !SipParameters.TryParseHeader(semicolon < 0 ? [] : text[semicolon..], isLenient, out SipParameters parameters))
        {
            return false;
        }

        via = new SipVia(transport, host, port, parameters);
        return true;
    }

    private static bool TryTakeUpTo(ref ReadOnlySpan<char> text, char separator, out ReadOnlySpan<char> taken)
    {
        int index = text.IndexOf(separator);
        taken = index < 0 ? [] : SipGrammar.TrimBlanks(text[..index]);
        text = index < 0 ? text : text[(index + 1)..];
        return index >= 0;
    }
}
