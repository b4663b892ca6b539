using System.Text;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Tests.Messages;

/// <summary>Messages as text with plain line ends, as tests like to write them.</summary>
internal static class Wire
{
    public const string Invite = """
        INVITE sip:+33170000001@bridge.example.com;user=phone SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKabc123;rport
        Max-Forwards: 70
        From: "Anna" <sip:+33612345678@trunk.example.net>;tag=f1
        To: <sip:+33170000001@bridge.example.com>
        Call-ID: a84b4c76e66710@192.0.2.10
        CSeq: 314159 INVITE
        Contact: <sip:192.0.2.10:5060>
        Content-Type: application/sdp
        Content-Length: 5

        v=0

        """;

    public static byte[] Bytes(string text) =>
        Encoding.UTF8.GetBytes(text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));

    public static SipParseResult Parse(string text) => SipParser.Parse(Bytes(text));

    public static SipRequest Request(string text) => Assert.IsType<SipRequest>(Parse(text).Message);

    /// <summary>The usual INVITE with one line put in place of another, and no body.</summary>
    public static string InviteWith(string old, string replacement)
    {
        string bare = Invite[..Invite.IndexOf("Content-Type", StringComparison.Ordinal)] + "\n";
        Assert.Contains(old, bare, StringComparison.Ordinal);
        return bare.Replace(old, replacement, StringComparison.Ordinal);
    }
}
