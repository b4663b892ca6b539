using System.Collections.Frozen;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>Shows a session description line by line: addresses, ports, codecs and directions; never names or keys.</summary>
internal static class SdpRedaction
{
    private static readonly FrozenSet<string> Flags = ShownText.Known(
        "sendrecv", "sendonly", "recvonly", "inactive", "rtcp-mux", "rtcp-rsize", "ice-lite", "bundle-only", "T38FaxFillBitRemoval", "T38FaxTranscodingMMR");

    private static readonly FrozenSet<string> Valued = ShownText.Known(
        "rtpmap", "fmtp", "ptime", "maxptime", "rtcp", "setup", "mid", "group", "silenceSupp", "maxprate", "rtcp-fb", "ice-options", "T38FaxVersion",
        "T38MaxBitRate", "T38FaxRateManagement", "T38FaxMaxBuffer", "T38FaxMaxDatagram", "T38FaxUdpEC");

    private static readonly FrozenSet<string> Named = ShownText.Known(
        "ssrc", "candidate", "ice-ufrag", "ice-pwd", "key-mgmt", "zrtp-hash", "identity", "label", "cname", "msid");

    private static readonly FrozenSet<string> Suites = ShownText.Known(
        "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "AES_192_CM_HMAC_SHA1_80", "AES_192_CM_HMAC_SHA1_32", "AES_256_CM_HMAC_SHA1_80",
        "AES_256_CM_HMAC_SHA1_32", "F8_128_HMAC_SHA1_80", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM");

    private static readonly FrozenSet<string> Hashes = ShownText.Known("sha-1", "sha-224", "sha-256", "sha-384", "sha-512", "md5");

    /// <summary>Shows the lines of a body.</summary>
    public static IEnumerable<string> Lines(string body, HiddenDigits hidden)
    {
        foreach (string raw in body.Split('\n'))
        {
            string line = raw.TrimEnd('\r', ' ');
            if (line.Length != 0)
            {
                yield return line is [_, '=', ..] ? Line(line[0], line[2..], hidden) : ShownText.Hidden;
            }
        }
    }

    private static string Line(char type, string value, HiddenDigits hidden) => type switch
    {
        'v' or 't' or 'b' or 'c' or 'm' => $"{type}={ShownText.Opaque(value, hidden)}",
        'o' => "o=" + Origin(value, hidden),
        's' => value is "-" or "" or " " ? "s=-" : "s=" + ShownText.Hidden,
        'a' => "a=" + Attribute(value, hidden),
        'i' or 'u' or 'e' or 'p' or 'k' or 'z' or 'r' => $"{type}={ShownText.Hidden}",
        _ => ShownText.Hidden,
    };

    private static string Origin(string value, HiddenDigits hidden) => value.Split(' ') is [var user, var id, var version, var net, var kind, var address]
        ? $"{(user == "-" ? "-" : ShownText.Hidden)} {ShownText.Number(id, hidden)} {ShownText.Number(version, hidden)} "
            + $"{ShownText.Opaque(net, hidden)} {ShownText.Opaque(kind, hidden)} {ShownText.Host(address, hidden)}"
        : ShownText.Hidden;

    private static string Attribute(string attribute, HiddenDigits hidden)
    {
        int colon = attribute.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? attribute : attribute[..colon];
        string value = colon < 0 ? "" : attribute[(colon + 1)..];
        return name switch
        {
            _ when colon < 0 => ShownText.Word(name, Flags),
            _ when Valued.Contains(name) => $"{name}:{ShownText.Opaque(value, hidden)}",
            "crypto" => value.Split(' ') is [var tag, var suite, ..]
                ? $"crypto:{ShownText.Number(tag, hidden)} {ShownText.Word(suite, Suites)} {ShownText.Hidden}"
                : "crypto:" + ShownText.Hidden,
            "fingerprint" => $"fingerprint:{ShownText.Word(value.Split(' ')[0], Hashes)} {ShownText.Hidden}",
            _ => $"{ShownText.Word(name, Named)}:{ShownText.Hidden}",
        };
    }
}
