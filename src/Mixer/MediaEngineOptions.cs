using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Mixer;

/// <summary>How the media path is set up. Read once, when the engine is made.</summary>
public sealed record MediaEngineOptions
{
    /// <summary>Number of media loops, one thread each; 0 (default): one a processor. At most 64.</summary>
    public int Loops { get; init; }

    /// <summary>First UDP port for RTP; an odd one is rounded up. Default 30000.</summary>
    public int FirstPort { get; init; } = 30000;

    /// <summary>Last UDP port for RTCP. Default 39999: 5000 legs.</summary>
    public int LastPort { get; init; } = 39999;

    /// <summary>How long the ports of a closed leg stay unused (RTP9). Default 30 s.</summary>
    public TimeSpan PortRest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Kernel receive buffer of each RTP socket [bytes]; 100 ms of G.711 is 2 KiB with the kernel's overhead counted. Default 32 KiB.</summary>
    public int ReceiveBufferBytes { get; init; } = 32 * 1024;

    /// <summary>Differentiated-services code point of outgoing RTP and RTCP, 0 to 63 (RTP14). Default 46, expedited forwarding; null leaves the system's.</summary>
    public int? Dscp { get; init; } = 46;

    /// <summary>Priority under SCHED_FIFO that the loops ask for, 1 to 99; null (default): ordinary scheduling. A refusal is counted, not fatal.</summary>
    public int? RealTimePriority { get; init; }

    /// <summary>Talkers summed at a time in a conference: the loudest. 1 to 16. Default 4.</summary>
    public int Talkers { get; init; } = 4;

    /// <summary>The loudness of each talker is drawn slowly towards a common level. Default true.</summary>
    public bool LevelsTalkers { get; init; } = true;

    /// <summary>Music, tones and noise that come from one leg for long are ducked and told. Default true.</summary>
    public bool DucksDisturbances { get; init; } = true;

    /// <summary>How Opus is encoded.</summary>
    public OpusSettings Opus { get; init; } = new();
}
