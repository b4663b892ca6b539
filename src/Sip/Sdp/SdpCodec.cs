using System.Globalization;

namespace PhoneBridge.Sip.Sdp;

/// <summary>A codec as SDP names it (RFC 8866 §6.6).</summary>
/// <param name="EncodingName">Compared without case.</param>
/// <param name="ClockRate">RTP clock rate [Hz].</param>
/// <param name="Channels">1 when SDP says nothing.</param>
/// <param name="StaticPayloadType">Number in RFC 3551 §6 that needs no rtpmap; null when there is none.</param>
public sealed record SdpCodec(string EncodingName, int ClockRate, int Channels = 1, byte? StaticPayloadType = null)
{
    /// <summary>G.711 A-law, 8000 Hz, payload type 8.</summary>
    public static readonly SdpCodec Pcma = new("PCMA", 8000, 1, 8);

    /// <summary>G.711 µ-law, 8000 Hz, payload type 0.</summary>
    public static readonly SdpCodec Pcmu = new("PCMU", 8000, 1, 0);

    /// <summary>G.722 at 64 kbit/s, payload type 9. It samples at 16 kHz, but its RTP clock is 8000 for ever (RFC 3551 §4.5.2).</summary>
    public static readonly SdpCodec G722 = new("G722", 8000, 1, 9);

    /// <summary>Opus: always <c>opus/48000/2</c>, whatever is sent, and a dynamic payload type (RFC 7587 §7).</summary>
    public static readonly SdpCodec Opus = new("opus", 48000, 2);

    /// <summary>Comfort noise beside codecs with a clock of 8000 Hz, payload type 13 (RFC 3389 §4).</summary>
    public static readonly SdpCodec ComfortNoise = new("CN", 8000, 1, 13);

    /// <summary>The name of RFC 4733 events.</summary>
    public const string TelephoneEventName = "telephone-event";

    /// <summary>RTP clock of telephone-band audio [Hz].</summary>
    public const int UsualClockRate = 8000;

    /// <summary>True for RFC 4733 events.</summary>
    public bool IsTelephoneEvent => EncodingName.Equals(TelephoneEventName, StringComparison.OrdinalIgnoreCase);

    /// <summary>True for Opus, also when the writer forgot the channels that RFC 7587 §7 demands.</summary>
    public bool IsOpus => EncodingName.Equals(Opus.EncodingName, StringComparison.OrdinalIgnoreCase) && ClockRate == Opus.ClockRate;

    /// <summary>Same encoding: name without case, clock rate and channels; numbers do not matter.</summary>
    public bool IsSameAs(SdpCodec other) =>
        (IsOpus && other.IsOpus)
        || (EncodingName.Equals(other.EncodingName, StringComparison.OrdinalIgnoreCase)
            && ClockRate == other.ClockRate
            && Channels == other.Channels);

    /// <summary>Value of an rtpmap behind the payload type.</summary>
    public override string ToString() => Channels == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{EncodingName}/{ClockRate}")
        : string.Create(CultureInfo.InvariantCulture, $"{EncodingName}/{ClockRate}/{Channels}");

    /// <summary>The static payload types of RFC 3551 §6 met in telephony; null for all others.</summary>
    internal static SdpCodec? Static(byte payloadType) => payloadType switch
    {
        0 => Pcmu,
        3 => new SdpCodec("GSM", 8000, 1, 3),
        4 => new SdpCodec("G723", 8000, 1, 4),
        8 => Pcma,
        9 => G722,
        13 => ComfortNoise,
        15 => new SdpCodec("G728", 8000, 1, 15),
        18 => new SdpCodec("G729", 8000, 1, 18),
        _ => null,
    };

    internal static bool TryParse(ReadOnlySpan<char> text, out SdpCodec? codec)
    {
        codec = null;
        text = text.Trim();
        Span<Range> fields = stackalloc Range[4];
        int count = text.Split(fields, '/');
        if (count is < 2 or > 3
            || text[fields[0]].IsEmpty
            || !int.TryParse(text[fields[1]], NumberStyles.None, CultureInfo.InvariantCulture, out int clockRate)
            || clockRate == 0)
        {
            return false;
        }

        int channels = 1;
        if (count == 3
            && !text[fields[2]].IsEmpty
            && (!int.TryParse(text[fields[2]], NumberStyles.None, CultureInfo.InvariantCulture, out channels) || channels == 0))
        {
            return false;
        }

        codec = new SdpCodec(text[fields[0]].ToString(), clockRate, channels);
        return true;
    }
}
