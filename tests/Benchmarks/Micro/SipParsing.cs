using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>An INVITE as a trunk sends it: parsed, and parsed with the headers that each call looks at.</summary>
public class SipParsing
{
    internal static readonly byte[] Invite = Encoding.UTF8.GetBytes(string.Join("\r\n",
        "INVITE sip:+33123456789@192.0.2.10:5060;user=phone SIP/2.0",
        "Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK74bf9a1c;rport",
        "Via: SIP/2.0/UDP 198.51.100.20:5060;branch=z9hG4bKnashds8;received=198.51.100.20",
        "Record-Route: <sip:198.51.100.7;lr>",
        "Max-Forwards: 68",
        "From: \"Anne\" <sip:+33612345678@carrier.example;user=phone>;tag=1928301774",
        "To: <sip:+33123456789@carrier.example;user=phone>",
        "Call-ID: a84b4c76e66710@198.51.100.20",
        "CSeq: 314159 INVITE",
        "Contact: <sip:+33612345678@198.51.100.20:5060>",
        "P-Asserted-Identity: <sip:+33612345678@carrier.example>",
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK",
        "Supported: timer, 100rel, replaces",
        "User-Agent: Carrier SBC 4.2",
        "Content-Type: application/sdp",
        "Content-Length: 230",
        "",
        "v=0",
        "o=- 2890844526 2890844526 IN IP4 198.51.100.20",
        "s=-",
        "c=IN IP4 198.51.100.20",
        "t=0 0",
        "m=audio 49172 RTP/AVP 8 0 18 101",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:18 G729/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=ptime:20",
        ""));

    private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];

    /// <summary>SHA-256 of the same bytes: what the machine makes of work that everybody knows.</summary>
    [Benchmark(Baseline = true)]
    public int Calibration() => SHA256.HashData(Invite, _hash);

    /// <summary>Framing, mandatory headers, limits.</summary>
    [Benchmark]
    public SipMessage? Parse() => SipParser.Parse(Invite).Message;

    /// <summary>And what a dialog is made of.</summary>
    [Benchmark]
    public int ParseAndRead()
    {
        SipMessage message = SipParser.Parse(Invite).Message!;
        return message.CallId.Length + message.Vias.Count + message.RecordRoutes.Count + (message.From.Tag?.Length ?? 0) + (int)message.CSeq.Number;
    }

    /// <summary>Calibration: the same bytes made a string, the least that a parser of text does.</summary>
    [Benchmark]
    public string MakeString() => Encoding.UTF8.GetString(Invite);
}
