using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Sdp;

/// <summary>Reads SDP line by line (RFC 8866 §5), with limits. See <see cref="SdpSession.TryParse"/>.</summary>
internal static class SdpParser
{
    private const int MaxLineLength = 4_096;
    private const int MaxMedia = 16;
    private const int MaxAttributes = 256;
    private const int MaxFormats = 64;

    public static bool TryParse(ReadOnlySpan<char> text, out SdpSession session)
    {
        session = new SdpSession();
        SdpSession read = session;
        List<SdpMedia> media = [];
        List<SdpAttribute> attributes = [];
        bool isSdp = false;

        foreach (Range range in text.Split('\n'))
        {
            ReadOnlySpan<char> line = text[range].TrimEnd("\r \t");
            if (line.Length > MaxLineLength)
            {
                return false;
            }

            if (line.Length < 2 || line[1] != '=')
            {
                continue;
            }

            ReadOnlySpan<char> value = line[2..].TrimStart(" \t");
            switch (line[0])
            {
                case 'v' when !value.SequenceEqual("0"):
                    return false;
                case 'o' when media.Count == 0:
                    read = read with { Origin = value.ToString() };
                    isSdp = true;
                    break;
                case 'c' when SdpConnection.TryParse(value, out SdpConnection connection):
                    if (media.Count == 0)
                    {
                        read = read with { Connection = connection };
                    }
                    else
                    {
                        // Several lines of one media are a multicast hierarchy: the first is enough.
                        media[^1] = media[^1] with { Connection = media[^1].Connection ?? connection };
                    }

                    break;
                case 'a' when attributes.Count < MaxAttributes:
                    attributes.Add(ParseAttribute(value));
                    break;
                case 'm':
                    if (media.Count == MaxMedia || !TryParseMedia(value, out SdpMedia next))
                    {
                        return false;
                    }

                    isSdp = true;
                    Close(ref read, media, attributes);
                    attributes = [];
                    media.Add(next);
                    break;
            }
        }

        Close(ref read, media, attributes);
        session = read with { Media = media };
        return isSdp;
    }

    // Attributes collected so far belong to the last media line, or to the session when there was none.
    private static void Close(ref SdpSession session, List<SdpMedia> media, List<SdpAttribute> attributes)
    {
        if (media.Count == 0)
        {
            session = session with { Attributes = attributes };
        }
        else
        {
            media[^1] = media[^1] with { Attributes = attributes };
        }
    }

    private static SdpAttribute ParseAttribute(ReadOnlySpan<char> value)
    {
        int colon = value.IndexOf(':');
        return colon < 0
            ? new SdpAttribute(value.ToString())
            : new SdpAttribute(value[..colon].ToString(), value[(colon + 1)..].ToString());
    }

    private static bool TryParseMedia(ReadOnlySpan<char> value, out SdpMedia media)
    {
        media = null!;

        // Parts of this line are written back in answers, where a bare CR could pass for the end of a line.
        if (value.ContainsAnyInRange('\0', '\x08') || value.ContainsAnyInRange('\x0a', '\x1f'))
        {
            return false;
        }

        Span<Range> fields = stackalloc Range[4];
        int count = value.SplitAny(fields, " \t", StringSplitOptions.RemoveEmptyEntries);
        if (count < 4)
        {
            return false;
        }

        ReadOnlySpan<char> port = value[fields[1]];
        int slash = port.IndexOf('/');
        if (!SipGrammar.TryParseNumber(slash < 0 ? port : port[..slash], max: 65535, out uint number))
        {
            return false;
        }

        List<string> formats = [];
        ReadOnlySpan<char> list = value[fields[3]];
        foreach (Range range in list.SplitAny(" \t"))
        {
            ReadOnlySpan<char> format = list[range];
            if (!format.IsEmpty && formats.Count < MaxFormats)
            {
                formats.Add(format.ToString());
            }
        }

        media = new SdpMedia
        {
            Kind = value[fields[0]].ToString(),
            Port = (int)number,
            Protocol = value[fields[2]].ToString(),
            Formats = formats,
        };
        return true;
    }
}
