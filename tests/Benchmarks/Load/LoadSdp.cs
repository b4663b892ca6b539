using System.Globalization;
using System.Net;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>What was agreed for the media of one call of a load.</summary>
/// <param name="Remote">Where RTP goes.</param>
/// <param name="PayloadType">Payload type of voice in both directions.</param>
/// <param name="KeyPayloadType">Payload type of keys; null when none was agreed.</param>
internal sealed record LoadAgreement(IPEndPoint Remote, byte PayloadType, byte? KeyPayloadType);

/// <summary>Session descriptions of a load's phones: one audio line with one voice codec, and keys at its clock rate.</summary>
internal static class LoadSdp
{
    /// <summary>Writes the offer.</summary>
    public static string Write(IPEndPoint local, LoadCodec codec)
    {
        string parameters = codec.Parameters.Length > 0 ? $"a=fmtp:{codec.PayloadType} {codec.Parameters}\r\n" : "";
        return string.Create(CultureInfo.InvariantCulture, $"""
            v=0
            o=load 1 1 IN IP4 {local.Address}
            s=-
            c=IN IP4 {local.Address}
            t=0 0
            m=audio {local.Port} RTP/AVP {codec.PayloadType} {LoadCodec.KeyPayloadType}
            a=rtpmap:{codec.PayloadType} {codec.Encoding}
            {parameters}a=rtpmap:{LoadCodec.KeyPayloadType} telephone-event/{codec.Format.ClockRateHz}
            a=fmtp:{LoadCodec.KeyPayloadType} 0-15
            a=ptime:{LoadLoop.PeriodMs}
            a=sendrecv

            """).ReplaceLineEndings("\r\n");
    }

    /// <summary>Reads the answer.</summary>
    /// <exception cref="InvalidOperationException">It has no audio line with the codec that was offered.</exception>
    public static LoadAgreement Read(string sdp, LoadCodec codec)
    {
        IPAddress? address = null;
        int port = 0;
        bool hasCodec = false;
        byte? keys = null;
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
                hasCodec = words.Skip(3).Contains(codec.PayloadType.ToString(CultureInfo.InvariantCulture));
            }
            else if (line.StartsWith("a=rtpmap:", StringComparison.Ordinal) && line.Contains("telephone-event", StringComparison.OrdinalIgnoreCase))
            {
                keys = byte.Parse(words[0]["a=rtpmap:".Length..], CultureInfo.InvariantCulture);
            }
        }

        return address is not null && port != 0 && hasCodec
            ? new LoadAgreement(new IPEndPoint(address, port), codec.PayloadType, keys)
            : throw new InvalidOperationException($"The answer has no audio line with {codec.Encoding}:\n{sdp}");
    }
}
