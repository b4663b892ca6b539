using System.Globalization;

namespace PhoneBridge.Sip.Sdp;

/// <summary>What <c>a=fmtp</c> says of the writer's Opus (RFC 7587 §6.1): wishes and hints, none of them binding.</summary>
/// <param name="UsesInbandFec">The writer makes use of in-band error correction. Default false.</param>
/// <param name="MaxPlaybackRate">Highest rate that the writer can play [Hz], 8000 to 48000.</param>
/// <param name="MaxCaptureRate">Highest rate that the writer is likely to send [Hz], 8000 to 48000.</param>
/// <param name="MaxAverageBitrate">Highest bit rate that the writer wants to receive [bit/s], 6000 to 510000; null: what fits the other wishes.</param>
/// <param name="PrefersStereo">The writer would rather receive stereo. Default false.</param>
/// <param name="PrefersDtx">The writer would rather receive nothing during silence. Default false.</param>
public sealed record SdpOpusParameters(
    bool UsesInbandFec = false,
    int MaxPlaybackRate = SdpOpusParameters.FullRate,
    int MaxCaptureRate = SdpOpusParameters.FullRate,
    int? MaxAverageBitrate = null,
    bool PrefersStereo = false,
    bool PrefersDtx = false)
{
    /// <summary>Rate of full-band audio [Hz]: what holds when nothing is said.</summary>
    public const int FullRate = 48000;

    /// <summary>Reads the parameters. Never throws: what is missing, unknown or makes no sense counts as not said; names without case.</summary>
    /// <param name="text">Text behind the payload type; null when there is none.</param>
    public static SdpOpusParameters Read(string? text)
    {
        SdpOpusParameters read = new();
        ReadOnlySpan<char> all = text;
        foreach (Range range in all.Split(';'))
        {
            ReadOnlySpan<char> parameter = all[range].Trim();
            int equals = parameter.IndexOf('=');
            if (equals <= 0
                || !int.TryParse(parameter[(equals + 1)..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int value))
            {
                continue;
            }

            read = (parameter[..equals].TrimEnd().ToString().ToUpperInvariant(), value) switch
            {
                ("USEINBANDFEC", 0 or 1) => read with { UsesInbandFec = value == 1 },
                ("MAXPLAYBACKRATE", >= 8000 and <= FullRate) => read with { MaxPlaybackRate = value },
                ("SPROP-MAXCAPTURERATE", >= 8000 and <= FullRate) => read with { MaxCaptureRate = value },
                ("MAXAVERAGEBITRATE", >= 6000 and <= 510_000) => read with { MaxAverageBitrate = value },
                ("STEREO", 0 or 1) => read with { PrefersStereo = value == 1 },
                ("USEDTX", 0 or 1) => read with { PrefersDtx = value == 1 },
                _ => read,
            };
        }

        return read;
    }

    /// <summary>What we say of ours: mono without DTX, which is what holds when nothing is said, and error correction welcome.</summary>
    /// <param name="playbackRate">Highest rate that we make use of [Hz].</param>
    internal static string Ours(int playbackRate) => playbackRate >= FullRate
        ? "useinbandfec=1"
        : string.Create(CultureInfo.InvariantCulture, $"useinbandfec=1;maxplaybackrate={playbackRate};sprop-maxcapturerate={playbackRate}");
}
