using System.Globalization;

namespace PhoneBridge.Sip.Messages;

/// <summary>The CSeq header (RFC 3261 §20.16).</summary>
/// <param name="Number">0 to 2³²−1 (§8.1.1.5 asks senders to stay below 2³¹).</param>
/// <param name="Method">Case-sensitive.</param>
public readonly record struct SipCSeq(uint Number, string Method)
{
    /// <summary>Reads the value. Never throws: false when the number is missing, signed or too large, or the method is no token.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipCSeq value)
    {
        value = default;
        text = SipGrammar.TrimBlanks(text);
        int blank = text.IndexOfAny(" \t");
        if (blank < 0 || !SipGrammar.TryParseNumber(text[..blank], uint.MaxValue, out uint number))
        {
            return false;
        }

        ReadOnlySpan<char> method = text[blank..].TrimStart(" \t");
        if (!SipGrammar.IsToken(method))
        {
            return false;
        }

        value = new SipCSeq(number, SipMethods.Intern(method));
        return true;
    }

    /// <summary>Wire form.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number} {Method}");
}
