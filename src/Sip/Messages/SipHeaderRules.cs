namespace PhoneBridge.Sip.Messages;

/// <summary>What the headers of a message must fulfil before anyone may rely on them (RFC 3261 §8.1.1, MSG3).</summary>
internal static class SipHeaderRules
{
    private static readonly string[] Single =
    [
        SipHeaderNames.CallId, SipHeaderNames.CSeq, SipHeaderNames.From, SipHeaderNames.To,
        SipHeaderNames.MaxForwards, SipHeaderNames.ContentLength,
    ];

    /// <summary>First fault of the headers. Equal repeats of a single header are merged, different ones are a fault.</summary>
    public static SipParseError Check(SipHeaders headers, in SipStartLine start)
    {
        foreach (string name in Single)
        {
            if (!MergeRepeats(headers, name))
            {
                return new SipParseError(SipParseFault.RepeatedHeader, 400, $"Conflicting {name}");
            }
        }

        foreach (string name in (ReadOnlySpan<string>)[SipHeaderNames.Via, SipHeaderNames.From, SipHeaderNames.To, SipHeaderNames.CallId, SipHeaderNames.CSeq])
        {
            if (string.IsNullOrEmpty(headers[name]))
            {
                return new SipParseError(SipParseFault.MissingHeader, 400, $"Missing {name}");
            }
        }

        string? bad = FirstBad(headers);
        if (bad is not null)
        {
            return new SipParseError(SipParseFault.Header, 400, $"Bad {bad}");
        }

        _ = SipCSeq.TryParse(headers[SipHeaderNames.CSeq], out SipCSeq cseq);
        if (start.IsRequest && cseq.Method != start.Method)
        {
            // RFC 4475 §3.1.2.18: with a method that we do not know, 501 says more than 400.
            return SipMethods.IsKnown(start.Method)
                ? new SipParseError(SipParseFault.MethodMismatch, 400, "CSeq Method Mismatch")
                : new SipParseError(SipParseFault.MethodMismatch, 501, "Not Implemented");
        }

        return SipParseError.None;
    }

    private static string? FirstBad(SipHeaders headers)
    {
        if (!SipCSeq.TryParse(headers[SipHeaderNames.CSeq], out _))
        {
            return SipHeaderNames.CSeq;
        }

        if (headers[SipHeaderNames.CallId]!.AsSpan().ContainsAny(" \t,"))
        {
            return SipHeaderNames.CallId;
        }

        if (!IsPartner(headers[SipHeaderNames.From]))
        {
            return SipHeaderNames.From;
        }

        if (!IsPartner(headers[SipHeaderNames.To]))
        {
            return SipHeaderNames.To;
        }

        if (headers[SipHeaderNames.MaxForwards] is { } maxForwards
            && !SipGrammar.TryParseNumber(maxForwards, max: 255, out _))
        {
            return SipHeaderNames.MaxForwards;
        }

        if (!AreVias(headers))
        {
            return SipHeaderNames.Via;
        }

        // Where requests of a dialog will go (§12.1): half-understood routes are worse than none.
        foreach (string name in (ReadOnlySpan<string>)[SipHeaderNames.Contact, SipHeaderNames.RecordRoute, SipHeaderNames.Route])
        {
            if (!AreAddresses(headers, name))
            {
                return name;
            }
        }

        return null;
    }

    // A tag without a value (§25.1 wants one) could not be told from none, and ours would stand behind it in vain.
    private static bool IsPartner(string? value) =>
        SipNameAddress.TryParse(value, out SipNameAddress address) && (!address.Parameters.Contains("tag") || !string.IsNullOrEmpty(address.Tag));

    private static bool AreVias(SipHeaders headers)
    {
        List<string> elements = Elements(headers, SipHeaderNames.Via);
        return elements.Count <= SipLimits.MaxVias && elements.TrueForAll(element => SipVia.TryParse(element, out _));
    }

    private static bool AreAddresses(SipHeaders headers, string name)
    {
        List<string> elements = Elements(headers, name);
        return (elements is ["*"] && name == SipHeaderNames.Contact) || elements.TrueForAll(element => SipNameAddress.TryParse(element, out _));
    }

    private static List<string> Elements(SipHeaders headers, string name)
    {
        List<string> elements = [];
        for (int i = 0; i < headers.Count; i++)
        {
            SipHeader line = headers.LineAt(i);
            if (line.Name == name)
            {
                SipGrammar.SplitList(line.Value, elements);
            }
        }

        return elements;
    }

    private static bool MergeRepeats(SipHeaders headers, string name)
    {
        string? first = null;
        bool isRepeated = false;
        for (int i = 0; i < headers.Count; i++)
        {
            SipHeader line = headers.LineAt(i);
            if (line.Name != name)
            {
                continue;
            }

            if (first is not null && first != line.Value)
            {
                return false;
            }

            isRepeated = first is not null;
            first = line.Value;
        }

        if (isRepeated)
        {
            headers.Set(name, first!);
        }

        return true;
    }
}
