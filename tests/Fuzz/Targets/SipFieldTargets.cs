using System.Text;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Fuzz.Targets;

/// <summary>The values of single headers, and bodies of several parts. Each returns for every input and throws when a promise is broken.</summary>
internal static class SipFieldTargets
{
    /// <summary>The value of From, To, Contact or Route.</summary>
    public static void NameAddress(ReadOnlySpan<byte> input)
    {
        string text = Encoding.Latin1.GetString(input);
        if (SipNameAddress.TryParse(text, out SipNameAddress address) && !text.AsSpan().ContainsAny('\r', '\n'))
        {
            string written = address.ToString();
            Require(SipNameAddress.TryParse(written, out SipNameAddress again) && again.ToString() == written, "an address reads back");
            Require(again.DisplayName == address.DisplayName && again.Tag == address.Tag && again.Uri.ToString() == address.Uri.ToString(), "as the same");
        }
    }

    /// <summary>The value of a Via; with the address it came from written into it.</summary>
    public static void Via(ReadOnlySpan<byte> input)
    {
        string text = Encoding.Latin1.GetString(input);
        if (SipVia.TryParse(text, out SipVia via))
        {
            _ = (via.Received, via.RPort, via.Branch);
            string written = via.ToString();
            Require(SipVia.TryParse(written, out SipVia again) && again.ToString() == written, "a Via reads back");
            string stamped = via.WithReceived("192.0.2.9", 4711).ToString();
            Require(SipVia.TryParse(stamped, out SipVia answered) && answered.Received == "192.0.2.9", "and takes the address it came from");
            Require(answered.Branch == via.Branch && answered.SentByHost == via.SentByHost, "and is found again by what it was");
        }
    }

    /// <summary>The value of Session-Expires and of Min-SE.</summary>
    public static void SessionExpires(ReadOnlySpan<byte> input)
    {
        SipRequest request = new(SipMethods.Update, new SipUri { Scheme = "sip", Host = "example.com" });
        string text = Encoding.Latin1.GetString(input).ReplaceLineEndings(" ").Replace('\r', ' ').Replace('\n', ' ');
        request.Headers.Add(SipHeaderNames.SessionExpires, text);
        request.Headers.Add(SipHeaderNames.MinSe, text);
        uint least = SipSessionExpires.MinimumOf(request);
        if (SipSessionExpires.TryRead(request, out SipSessionExpires value))
        {
            SipRequest echo = new(SipMethods.Update, request.Uri);
            echo.Headers.Add(SipHeaderNames.SessionExpires, value.ToString());
            Require(SipSessionExpires.TryRead(echo, out SipSessionExpires again) && again == value, "what was written is read the same");
            Require(least == value.Seconds, "both headers begin with the same number");
        }
        else
        {
            Require(least == 0, "what is no number for one is none for the other");
        }
    }

    /// <summary>A multipart body; the first line is its boundary.</summary>
    public static void Multipart(ReadOnlySpan<byte> input)
    {
        int end = input.IndexOf((byte)'\n');
        string boundary = Encoding.Latin1.GetString(end < 0 ? input : input[..end]).TrimEnd('\r');
        byte[] body = input[(end + 1)..].ToArray();
        if (!SipMultipart.TryRead(body, boundary, out IReadOnlyList<SipBodyPart> parts))
        {
            return;
        }

        Require(parts.Count is > 0 and <= SipMultipart.MaxParts, "as many parts as are read at most");
        Require(parts.Sum(part => part.Body.Length) <= body.Length, "no byte is in two parts");
        Require(parts.All(part => part.Body.Span.IndexOf(Encoding.ASCII.GetBytes($"\r\n--{boundary}\r\n")) < 0), "a part ends at its delimiter");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
