using CsCheck;
using PhoneBridge.Bridge.CallTraces;

namespace PhoneBridge.Bridge.Tests.CallTraces;

/// <summary>Wherever a sender puts numbers, PINs, nonces and keys: no five characters of them in a row are shown.</summary>
[Trait("Req", "LADDER")]
public sealed class RedactionProperties
{
    private const int Row = 5;

    private static readonly Gen<string> Digits = Gen.Char["0123456789"].Array[9].Select(digits => new string(digits));
    private static readonly Gen<string> Pin = Gen.Select(Gen.Char["123456789"], Gen.Char["0123456789"].Array[8], (first, rest) => first + new string(rest));
    private static readonly Gen<string> Key = Gen.Char["abcdefghijkmnpqrsuvwxyz"].Array[24].Select(chars => new string(chars));

    private static readonly Gen<string> Number = Gen.Select(Digits, Gen.Int[0, 8], (n, form) => form switch
    {
        0 => "+33" + n,
        1 => "0033" + n,
        2 => "0" + n,
        3 => "33" + n,
        4 => $"+33-{n[..1]}-{n[1..3]}-{n[3..5]}-{n[5..7]}-{n[7..]}",
        5 => $"0{n[..1]}.{n[1..3]}.{n[3..5]}.{n[5..7]}.{n[7..]}",
        6 => $"0{n};phone-context=+33",
        7 => $"%2B33{n}",
        _ => n,
    });

    // Where a number, a PIN and a key may stand; {0}, {1}, {2}.
    private static readonly string[] Lines =
    [
        "Contact: <sip:{0}@192.0.2.10>", "P-Asserted-Identity: <tel:{0}>", "P-Asserted-Identity: \"{0}\" <sip:{0}@h>", "Diversion: <sip:{0}@h>;reason={0}",
        "History-Info: <sip:{0}@h?Reason={0}>;index=1", "Remote-Party-ID: {0} <sip:{0}@h>;party={0}", "Referred-By: <sip:{1}@h>", "X-Caller: {0}", "X-{2}: {1}",
        "Identity: {2};info=<https://{2}>", "P-Charging-Vector: icid-value={0}", "Subject: {1}", "Call-Info: <http://x/{0}>", "User-to-User: {1}{2}",
        "User-Agent: Phone {0}", "Server: {1}", "Reason: Q.850;cause=16;text=\"{0}\"", "Reason: {1};cause={1}", "Warning: 399 h \"{0} {2}\"", "Organization: {2}",
        "Authorization: Digest username=\"{0}\", realm=\"{0}\", nonce=\"{2}\", uri=\"sip:{1}@h\", response=\"{2}\", cnonce={2}, nc=00000001",
        "Proxy-Authorization: Basic {2}", "WWW-Authenticate: Digest realm=\"r\", nonce=\"{2}\", opaque=\"{2}\"", "Proxy-Authenticate: {2} {2}={2}",
        "Supported: {2}, timer", "Allow: {2}", "Privacy: {2}", "Retry-After: {1}", "Date: {2}", "Session-Expires: 90;refresher={2}", "Accept: {2}/{2}",
        "Geolocation: <cid:{2}@h>", "In-Reply-To: {0}", "Replaces: {1}", "Event: {2}", "Content-Disposition: {2}", "Content-Encoding: {2}",
    ];

    private static readonly string[] SdpLines =
    [
        "i={0}", "u=http://x/{0}", "e={2}", "p={0}", "k=clear:{2}", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{2}", "a=crypto:1 inline:{2}", "a=crypto:{2}",
        "a=key-mgmt:mikey {2}", "a=fingerprint:sha-256 {2}", "a=fingerprint:{2}", "a=ice-pwd:{2}", "a=ice-ufrag:{2}", "a={2}", "a=x-{2}:{1}", "a=ssrc:1 cname:{2}",
        "a=candidate:{2} 1", "x={2}", "{2}", "a=fmtp:8 {0}", "a=rtpmap:8 {0}/8000",
    ];

    [Fact]
    public void No_row_of_a_secret_is_shown() => Gen.Select(
        Gen.Select(Number, Pin, Key, Gen.Bool),
        Gen.Select(Gen.Int[0, Lines.Length - 1].HashSet[0, 12], Gen.Int[0, SdpLines.Length - 1].Array[0, 6])).Sample(
        (secrets, places) =>
        {
            (string number, string pin, string key, bool hasSdp) = secrets;
            string Fill(string form) => form.Replace("{0}", number, StringComparison.Ordinal).Replace("{1}", pin, StringComparison.Ordinal).Replace("{2}", key, StringComparison.Ordinal);
            string head = Fill(
                """
                INVITE sip:{1}@192.0.2.1 SIP/2.0
                Via: SIP/2.0/UDP 192.0.2.10:5070;branch=z9hG4bK-{1};x={2}
                Max-Forwards: 70
                From: "{0}" <sip:{0}@192.0.2.10>;tag=t
                To: <sip:{1}@192.0.2.1>
                CSeq: 1 INVITE

                """).ReplaceLineEndings("\n") + $"Call-ID: {string.Concat(number.Where(char.IsAsciiDigit))}-{pin}@h\n";
            head += string.Concat(places.Item1.Select(i => Fill(Lines[i]) + "\n")) + (hasSdp ? "Content-Type: application/sdp" : "Content-Type: application/dtmf");
            string body = Fill("v=0\r\no={0} 1 1 IN IP4 192.0.2.10\r\ns={0}\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n")
                + string.Concat(places.Item2.Select(i => Fill(SdpLines[i]) + "\r\n"));
            ShownMessage shown = MessageRedaction.Redact(Messages.Read(head, body), new HiddenDigits());
            string text = shown.Label + "\n" + System.Text.Encoding.UTF8.GetString(shown.Text);
            foreach (string secret in new[] { string.Concat(number.Split(";")[0].Where(char.IsAsciiDigit)), pin, key })
            {
                for (int i = 0; i + Row <= secret.Length; i++)
                {
                    Assert.False(text.Contains(secret.Substring(i, Row), StringComparison.OrdinalIgnoreCase), $"{secret.Substring(i, Row)} is shown in\n{text}");
                }
            }
        },
        iter: 3_000);

    [Fact]
    public void Any_text_in_any_line_is_redacted_without_an_exception() => Gen.Select(
        Gen.Int[0, Lines.Length - 1], Gen.String[Gen.Char["a0 ,;<>\":=@\\%é•/?*"], 0, 40]).Sample(
        (line, text) =>
        {
            string name = Lines[line].Split(':')[0].Replace("{2}", "x", StringComparison.Ordinal);
            HiddenDigits hidden = new();
            Sip.Messages.SipHeader header = new(name, text);
            HeaderRedaction.Collect(header, hidden);
            Assert.StartsWith(name.StartsWith("X-", StringComparison.Ordinal) ? "(other)" : name, HeaderRedaction.Line(header, hidden), StringComparison.Ordinal);
            Assert.All(SdpRedaction.Lines($"a={text}\no={text}\n{text}\nm={text}", hidden), shown => Assert.DoesNotContain("\n", shown, StringComparison.Ordinal));
        },
        iter: 5_000);
}
