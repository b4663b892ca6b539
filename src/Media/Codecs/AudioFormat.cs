namespace PhoneBridge.Media.Codecs;

/// <summary>A codec and the rate of the PCM on its near side: what a stream is decoded to and encoded from.</summary>
/// <param name="Codec">The codec.</param>
/// <param name="SampleRateHz">Rate of the PCM [Hz]: 8000 for G.711, 16000 for G.722, and for Opus one of 8000, 16000 and 48000, since it decodes to any.</param>
public readonly record struct AudioFormat(AudioCodec Codec, int SampleRateHz)
{
    /// <summary>G.711 A-law.</summary>
    public static readonly AudioFormat Pcma = new(AudioCodec.Pcma, 8000);

    /// <summary>G.711 mu-law.</summary>
    public static readonly AudioFormat Pcmu = new(AudioCodec.Pcmu, 8000);

    /// <summary>G.722.</summary>
    public static readonly AudioFormat G722 = new(AudioCodec.G722, 16000);

    /// <summary>Opus at a rate of 8000, 16000 or 48000 [Hz].</summary>
    public static AudioFormat Opus(int sampleRateHz = 48000) => new(AudioCodec.Opus, sampleRateHz);

    /// <summary>Rate of the RTP timestamp [Hz]. Not the sample rate for G.722 (RFC 3551 §4.5.2) nor for Opus below 48 kHz (RFC 7587 §4.1).</summary>
    public int ClockRateHz => Codec == AudioCodec.Opus ? 48000 : 8000;

    /// <summary>Samples in a frame of 20 ms.</summary>
    public int SamplesPerFrame => SampleRateHz / 50;

    /// <summary>Whether codec and rate fit each other.</summary>
    public bool IsValid => Codec switch
    {
        AudioCodec.Pcma or AudioCodec.Pcmu => SampleRateHz == 8000,
        AudioCodec.G722 => SampleRateHz == 16000,
        AudioCodec.Opus => SampleRateHz is 8000 or 16000 or 48000,
        _ => false,
    };
}
