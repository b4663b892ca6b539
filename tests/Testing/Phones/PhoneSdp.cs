using System.Globalization;
using System.Net;
using System.Text;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Testing.Phones;

/// <summary>The session descriptions of a test phone: one audio line.</summary>
internal static class PhoneSdp
{
    /// <summary>Writes an offer or answer.</summary>
    public static string Write(IPEndPoint local, IReadOnlyList<PhoneCodec> codecs, byte? telephoneEvent, int ptimeMs, string direction, int version)
    {
        StringBuilder sdp = new();
        sdp.Append(CultureInfo.InvariantCulture, $"v=0\r\no=phone 1 {version} IN IP4 {local.Address}\r\ns=-\r\nc=IN IP4 {local.Address}\r\nt=0 0\r\n");
        sdp.Append(CultureInfo.InvariantCulture, $"m=audio {local.Port} RTP/AVP");
        foreach (PhoneCodec codec in codecs)
        {
            sdp.Append(CultureInfo.InvariantCulture, $" {(int)codec}");
        }

        if (telephoneEvent is { } type)
        {
            sdp.Append(CultureInfo.InvariantCulture, $" {type}\r\na=rtpmap:{type} telephone-event/8000\r\na=fmtp:{type} 0-15");
        }

        sdp.Append(CultureInfo.InvariantCulture, $"\r\na=ptime:{ptimeMs}\r\na={direction}\r\n");
        return sdp.ToString();
    }

    /// <summary>Reads what the peer wrote; null when it has no usable audio line.</summary>
    public static PhoneMediaAgreement? Read(string sdp, string ownDirection)
    {
        IPAddress? address = null;
        int port = 0;
        PhoneCodec? codec = null;
        byte? keys = null;
        int ptime = 20;
        bool peerReceives = true;
        foreach (string line in sdp.Split('\n').Select(line => line.Trim()))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line.StartsWith("c=IN IP4 ", StringComparison.Ordinal) && IPAddress.TryParse(words[2], out IPAddress? parsed))
            {
                address = parsed;
            }
            else if (line.StartsWith("m=audio ", StringComparison.Ordinal))
            {
                port = int.Parse(words[1], CultureInfo.InvariantCulture);
                codec = words.Skip(3).Select(word => (PhoneCodec?)int.Parse(word, CultureInfo.InvariantCulture))
                    .FirstOrDefault(type => type is PhoneCodec.Pcma or PhoneCodec.Pcmu);
            }
            else if (line.StartsWith("a=rtpmap:", StringComparison.Ordinal) && line.Contains("telephone-event/8000", StringComparison.OrdinalIgnoreCase))
            {
                keys = byte.Parse(words[0]["a=rtpmap:".Length..], CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith("a=ptime:", StringComparison.Ordinal))
            {
                ptime = int.Parse(line["a=ptime:".Length..], CultureInfo.InvariantCulture);
            }
            else if (line is "a=sendonly" or "a=inactive")
            {
                peerReceives = false;
            }
        }

        return address is null || port == 0 || codec is null
            ? null
            : new PhoneMediaAgreement(new IPEndPoint(address, port), codec.Value, keys, ptime, peerReceives && ownDirection is "sendrecv" or "sendonly");
    }
}
