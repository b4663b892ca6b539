using System.Globalization;

namespace PhoneBridge.Sip.Messages;

/// <summary>What a PRACK acknowledges: the RAck header (RFC 3262 §7.2).</summary>
/// <param name="RSeq">Number of the provisional answer.</param>
/// <param name="CSeq">CSeq number of the request that it answers.</param>
/// <param name="Method">Method of that request.</param>
internal readonly record struct SipRAck(uint RSeq, uint CSeq, string Method)
{
    /// <summary>Reads the RAck of a PRACK. Never throws: false when there is none that can be read.</summary>
    public static bool TryRead(SipRequest prack, out SipRAck value)
    {
        value = default;
        ReadOnlySpan<char> text = SipGrammar.TrimBlanks(prack.Headers[SipHeaderNames.RAck]);
        int blank = text.IndexOfAny(" \t");
        if (blank < 0
            || !SipGrammar.TryParseNumber(text[..blank], uint.MaxValue, out uint rseq)
            || !SipCSeq.TryParse(text[blank..], out SipCSeq cseq))
        {
            return false;
        }

        value = new SipRAck(rseq, cseq.Number, cseq.Method);
        return true;
    }

    /// <summary>The RSeq of a provisional answer that wants a PRACK (RFC 3262 §7.1); null when it wants none.</summary>
    public static uint? RSeqOf(SipResponse response) =>
        response.StatusCode is > 100 and < 200
        && response.Require.Contains(OptionTag, StringComparer.OrdinalIgnoreCase)
        && SipGrammar.TryParseNumber(response.Headers[SipHeaderNames.RSeq], uint.MaxValue, out uint number)
            ? number
            : null;

    /// <summary>The option tag of reliable provisional answers.</summary>
    public const string OptionTag = "100rel";

    /// <summary>Wire form.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RSeq} {CSeq} {Method}");
}
