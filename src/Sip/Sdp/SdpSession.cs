using System.Net;
using System.Text;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Sdp;

/// <summary>A session description (RFC 8866): what offer/answer for audio needs of it, other lines left out.</summary>
/// <remarks>Immutable, safe from any thread.</remarks>
public sealed record SdpSession
{
    /// <summary>Media type of SDP bodies.</summary>
    public const string ContentType = "application/sdp";

    /// <summary>Value of the <c>o=</c> line as written; null when there is none. Equal lines mean an unchanged description (SDP5).</summary>
    public string? Origin { get; init; }

    /// <summary>The session's <c>c=</c> line; null when only media have one.</summary>
    public SdpConnection? Connection { get; init; }

    /// <summary>Session-level attributes in order.</summary>
    public IReadOnlyList<SdpAttribute> Attributes { get; init; } = [];

    /// <summary>Media lines in order.</summary>
    public IReadOnlyList<SdpMedia> Media { get; init; } = [];

    /// <summary>Reads a description. Never throws: false when it is broken beyond use or over a limit.</summary>
    /// <remarks>
    /// Tolerant (SDP1): lines in any order, LF or CRLF, empty and unknown lines ignored, odd <c>s=</c> and <c>t=</c>. What follows
    /// an <c>m=</c> line belongs to it. A broken <c>m=</c> line is fatal, as the answer must count it.
    /// </remarks>
    public static bool TryParse(ReadOnlySpan<byte> body, out SdpSession session) =>
        SdpParser.TryParse(SipText.Decode(body), out session);

    /// <summary>The connection that holds for a media line.</summary>
    public SdpConnection? ConnectionOf(SdpMedia media) => media.Connection ?? Connection;

    /// <summary>The direction that holds for a media line, its own before the session's; <c>sendrecv</c> when none is said (RFC 8866 §6.7).</summary>
    public SdpDirection DirectionOf(SdpMedia media) =>
        SdpDirectionRules.Find(media.Attributes) ?? SdpDirectionRules.Find(Attributes) ?? SdpDirection.SendReceive;

    /// <summary>A copy with a host name in <c>c=</c> lines replaced by the address found for it.</summary>
    public SdpSession WithResolved(string host, IPAddress address)
    {
        return this with
        {
            Connection = Resolve(Connection),
            Media = [.. Media.Select(media => media with { Connection = Resolve(media.Connection) })],
        };

        SdpConnection? Resolve(SdpConnection? connection) => connection?.Host == host ? new SdpConnection(address) : connection;
    }

    /// <summary>The description as a body, with its keys.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToText(showsKeys: true));

    /// <summary>The description as text with CRLF line ends; keys are left out.</summary>
    public override string ToString() => ToText(showsKeys: false);

    /// <summary>Whether the other one goes over the wire as this does.</summary>
    internal bool IsWrittenAs(SdpSession other) => ToText(showsKeys: true) == other.ToText(showsKeys: true);

    internal static void AppendAttributes(StringBuilder text, IReadOnlyList<SdpAttribute> attributes, bool showsKeys)
    {
        foreach (SdpAttribute attribute in attributes)
        {
            text.Append("a=").Append(attribute.ToText(showsKeys)).Append("\r\n");
        }
    }

    private string ToText(bool showsKeys)
    {
        StringBuilder text = new(256);
        text.Append("v=0\r\no=").Append(Origin ?? "- 0 0 IN IP4 0.0.0.0").Append("\r\ns=-\r\n");
        if (Connection is not null)
        {
            text.Append("c=").Append(Connection).Append("\r\n");
        }

        text.Append("t=0 0\r\n");
        AppendAttributes(text, Attributes, showsKeys);
        foreach (SdpMedia media in Media)
        {
            media.AppendTo(text, showsKeys);
        }

        return text.ToString();
    }
}
