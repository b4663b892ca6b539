using System.Globalization;
using System.Text;

namespace PhoneBridge.Sip.Sdp;

/// <summary>An <c>a=</c> line (RFC 8866 §5.13).</summary>
/// <param name="Name">Case-sensitive.</param>
/// <param name="Value">Text behind the colon; null for a flag.</param>
public readonly record struct SdpAttribute(string Name, string? Value = null)
{
    /// <summary>The line without <c>a=</c>; of a key only that there is one.</summary>
    public override string ToString() => ToText(showsKeys: false);

    /// <summary>The same; with its key for a message.</summary>
    internal string ToText(bool showsKeys) => Value is null ? Name : !showsKeys && Name == SdpCrypto.AttributeName ? $"{Name}:(key)" : $"{Name}:{Value}";
}

/// <summary>One <c>m=</c> line and what belongs to it (RFC 8866 §5.14).</summary>
/// <remarks>Immutable, safe from any thread.</remarks>
public sealed record SdpMedia
{
    /// <summary>Such as <c>audio</c>, <c>video</c>, <c>image</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>0 to 65535; 0 means that the stream is refused or gone.</summary>
    public required int Port { get; init; }

    /// <summary>Such as <c>RTP/AVP</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>Formats in order of preference; for RTP payload types as decimal numbers.</summary>
    public required IReadOnlyList<string> Formats { get; init; }

    /// <summary>The media's own <c>c=</c> line; null when the session's holds.</summary>
    public SdpConnection? Connection { get; init; }

    /// <summary>Attributes in order.</summary>
    public IReadOnlyList<SdpAttribute> Attributes { get; init; } = [];

    /// <summary>Preferred packet time of the writer [ms], null when absent or no positive number (RFC 8866 §6.4).</summary>
    public int? PtimeMs => Milliseconds("ptime");

    /// <summary>Longest packet that the writer can take [ms], null when absent or no positive number (RFC 8866 §6.5).</summary>
    public int? MaxPtimeMs => Milliseconds("maxptime");

    /// <summary>True when RTP and RTCP may share a port (RFC 5761 §5.1.1).</summary>
    public bool HasRtcpMux => Has("rtcp-mux");

    /// <summary>True when a flag or attribute of that name is there.</summary>
    public bool Has(string name) => Attributes.Any(attribute => attribute.Name == name);

    /// <summary>Value of the first attribute of that name; null when it is absent or a flag.</summary>
    public string? Attribute(string name)
    {
        foreach (SdpAttribute attribute in Attributes)
        {
            if (attribute.Name == name)
            {
                return attribute.Value;
            }
        }

        return null;
    }

    /// <summary>
    /// The codec behind a payload type: by <c>a=rtpmap</c>, else by the static table of RFC 3551 §6; null when neither knows it.
    /// </summary>
    public SdpCodec? CodecOf(byte payloadType)
    {
        return OfType("rtpmap", payloadType) is { } text
            ? SdpCodec.TryParse(text, out SdpCodec? codec) ? codec : null
            : SdpCodec.Static(payloadType);
    }

    /// <summary>What <c>a=fmtp</c> says of a payload type (RFC 8866 §6.15); null when it says nothing.</summary>
    public string? FormatParametersOf(byte payloadType) => OfType("fmtp", payloadType);

    /// <summary>Payload types among the formats, in order, each with its codec; what is unknown is left out.</summary>
    public IEnumerable<(byte PayloadType, SdpCodec Codec)> Codecs()
    {
        foreach (string format in Formats)
        {
            if (byte.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out byte type)
                && type < 128
                && CodecOf(type) is { } codec)
            {
                yield return (type, codec);
            }
        }
    }

    internal void AppendTo(StringBuilder text, bool showsKeys)
    {
        text.Append(CultureInfo.InvariantCulture, $"m={Kind} {Port} {Protocol} {string.Join(' ', Formats)}\r\n");
        if (Connection is not null)
        {
            text.Append("c=").Append(Connection).Append("\r\n");
        }

        SdpSession.AppendAttributes(text, Attributes, showsKeys);
    }

    // The text behind the number of the first attribute of that name that speaks of the payload type.
    private string? OfType(string name, byte payloadType)
    {
        string number = payloadType.ToString(CultureInfo.InvariantCulture);
        foreach (SdpAttribute attribute in Attributes)
        {
            if (attribute.Name == name
                && attribute.Value is { } value
                && value.AsSpan().IndexOfAny(" \t") is > 0 and var blank
                && value.AsSpan(0, blank).SequenceEqual(number))
            {
                return value[blank..];
            }
        }

        return null;
    }

    private int? Milliseconds(string name)
    {
        // Some senders write "20.0".
        ReadOnlySpan<char> value = Attribute(name).AsSpan().Trim();
        int point = value.IndexOf('.');
        value = point < 0 ? value : value[..point];
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds) && milliseconds > 0
            ? milliseconds
            : null;
    }
}
