using PhoneBridge.Media.Tones;

namespace PhoneBridge.Mixer.Tests.Rig;

/// <summary>Clips for tests.</summary>
internal static class Clips
{
    public static PcmClip Tone(double hz, int milliseconds, double levelDbov = -20) =>
        OfSamples(hz, milliseconds * MediaEngine.SampleRateHz / 1000, levelDbov);

    public static PcmClip OfSamples(double hz, int samples, double levelDbov = -20)
    {
        short[] pcm = new short[samples];
        new ToneGenerator(hz, levelDbov).Write(pcm);
        return new PcmClip(pcm, MediaEngine.SampleRateHz);
    }
}
