using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>What the phones of a load speak, as they offer it.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Format">Codec, and the rate of the sound that the phones make and hear.</param>
/// <param name="PayloadType">RTP payload type offered.</param>
/// <param name="Encoding">Encoding name, clock rate and channels of its rtpmap line.</param>
/// <param name="Parameters">Its fmtp line; empty for none.</param>
/// <param name="TypicalPacketBytes">Length of a packet with its RTP header [bytes], for the kernel's floor.</param>
internal sealed record LoadCodec(string Name, AudioFormat Format, byte PayloadType, string Encoding, string Parameters, int TypicalPacketBytes)
{
    /// <summary>Payload type offered for keys.</summary>
    public const byte KeyPayloadType = 101;

    private const int HeaderBytes = 12;

    /// <summary>Codecs that a load may use.</summary>
    public static IReadOnlyList<LoadCodec> All { get; } =
    [
        new("pcma", AudioFormat.Pcma, 8, "PCMA/8000", "", HeaderBytes + 160),
        new("pcmu", AudioFormat.Pcmu, 0, "PCMU/8000", "", HeaderBytes + 160),
        new("g722", AudioFormat.G722, 9, "G722/8000", "", HeaderBytes + 160),
        new("opus", AudioFormat.Opus(16000), 111, "opus/48000/2", "useinbandfec=1;maxplaybackrate=16000;sprop-maxcapturerate=16000", HeaderBytes + 70),
        new("opus48", AudioFormat.Opus(48000), 111, "opus/48000/2", "useinbandfec=1", HeaderBytes + 70),
    ];

    /// <summary>G.711: every packet can be looked into without decoding.</summary>
    public bool IsG711 => Format.Codec is AudioCodec.Pcma or AudioCodec.Pcmu;

    /// <summary>Timestamp units in a packet of 20 ms.</summary>
    public int TimestampsPerFrame => Format.ClockRateHz / 50;

    /// <summary>Timestamp units of telephone-events in a millisecond: their clock is that of the voice beside them.</summary>
    public int TimestampsPerMs => Format.ClockRateHz / 1000;

    /// <summary>The codec of a name.</summary>
    /// <exception cref="ArgumentException">No such codec.</exception>
    public static LoadCodec Of(string name) =>
        All.FirstOrDefault(codec => codec.Name == name)
        ?? throw new ArgumentException($"No codec is called '{name}'; there are {string.Join(", ", All.Select(codec => codec.Name))}.", nameof(name));
}
