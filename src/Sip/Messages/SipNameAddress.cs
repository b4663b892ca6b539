using System.Text;

namespace PhoneBridge.Sip.Messages;

/// <summary>A <c>name-addr</c> or <c>addr-spec</c> with header parameters: From, To, Contact, Route and their like (RFC 3261 §20).</summary>
/// <param name="DisplayName">Without quotes, quoted pairs resolved; null when there is none or it is empty.</param>
/// <param name="Uri">The address.</param>
/// <param name="Parameters">Parameters of the header, not of the URI.</param>
/// <remarks>Immutable, safe from any thread. <c>ToString()</c> gives the wire form with name and number: not for logs.</remarks>
public sealed record SipNameAddress(string? DisplayName, SipUri Uri, SipParameters Parameters)
{
    /// <summary>An address without name and parameters.</summary>
    public SipNameAddress(SipUri uri)
        : this(null, uri, SipParameters.Empty)
    {
    }

    /// <summary>The <c>tag</c> parameter of From and To (RFC 3261 §19.3); null when there is none.</summary>
    public string? Tag => Parameters["tag"];

    /// <summary>A copy with that tag.</summary>
    public SipNameAddress WithTag(string tag) => this with { Parameters = Parameters.With("tag", tag) };

    /// <summary>Reads one address. Never throws: false when the text is not one.</summary>
    /// <remarks>
    /// Liberal where RFC 4475 allows it: an unquoted display name may hold commas and any UTF-8 (§3.1.2.15), blanks may stand
    /// inside the brackets (§3.1.2.14). Without brackets all parameters belong to the header (RFC 3261 §20).
    /// </remarks>
    public static bool TryParse(ReadOnlySpan<char> text, out SipNameAddress address)
    {
        address = null!;
        text = SipGrammar.TrimBlanks(text);
        string? displayName = null;
        int open;
        if (text is ['"', ..])
        {
            int length = SipGrammar.QuotedLength(text);
            if (length == 0)
            {
                return false;
            }

            displayName = length > 2 ? SipGrammar.Unquote(text[..length].ToString()) : null;
            text = text[length..].TrimStart(" \t");
            open = 0;
            if (text is not ['<', ..])
            {
                return false;
            }
        }
        else
        {
            open = text.IndexOf('<');
            if (open < 0 || text[..open].ContainsAny(":;\""))
            {
                return TryParseBare(text, out address);
            }

            ReadOnlySpan<char> name = SipGrammar.TrimBlanks(text[..open]);
            displayName = name.IsEmpty ? null : name.ToString();
        }

        int close = text.IndexOf('>');
        if (close < open
            || !SipUri.TryParse(SipGrammar.TrimBlanks(text[(open + 1)..close]), out SipUri uri)
            || !SipParameters.TryParseHeader(text[(close + 1)..], isLenient: false, out SipParameters parameters))
        {
            return false;
        }

        address = new SipNameAddress(displayName, uri, parameters);
        return true;
    }

    /// <summary>Wire form; always with angle brackets, so that nothing can be taken for a header parameter.</summary>
    public override string ToString()
    {
        StringBuilder text = new(96);
        if (!string.IsNullOrEmpty(DisplayName))
        {
            SipGrammar.ThrowIfLineBreak(DisplayName, nameof(DisplayName));
            text.Append(SipGrammar.Quote(DisplayName)).Append(' ');
        }

        text.Append('<');
        Uri.AppendTo(text);
        text.Append('>');
        Parameters.AppendTo(text);
        return text.ToString();
    }

    private static bool TryParseBare(ReadOnlySpan<char> text, out SipNameAddress address)
    {
        address = null!;
        int semicolon = text.IndexOf(';');
        ReadOnlySpan<char> uriText = SipGrammar.TrimBlanks(semicolon < 0 ? text : text[..semicolon]);
        if (!SipUri.TryParse(uriText, out SipUri uri)
            || !SipParameters.TryParseHeader(semicolon < 0 ? [] : text[semicolon..], isLenient: false, out SipParameters parameters))
        {
            return false;
        }

        address = new SipNameAddress(null, uri, parameters);
        return true;
    }
}
