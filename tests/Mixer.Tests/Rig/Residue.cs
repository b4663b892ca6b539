using PhoneBridge.Media.Levels;

namespace PhoneBridge.Mixer.Tests.Rig;

/// <summary>What is left of a piece of sound when the best fitting sine of one frequency is taken out.</summary>
internal static class Residue
{
    /// <summary>Level of the rest [dBov].</summary>
    public static double LevelDbov(ReadOnlySpan<short> piece, double toneHz, int sampleRateHz)
    {
        double sine = 0, cosine = 0;
        double step = 2 * Math.PI * toneHz / sampleRateHz;
        for (int i = 0; i < piece.Length; i++)
        {
            sine += piece[i] * Math.Sin(step * i) * 2 / piece.Length;
            cosine += piece[i] * Math.Cos(step * i) * 2 / piece.Length;
        }

        double squares = 0;
        for (int i = 0; i < piece.Length; i++)
        {
            double rest = piece[i] - (sine * Math.Sin(step * i)) - (cosine * Math.Cos(step * i));
            squares += rest * rest;
        }

        return squares == 0 ? AudioLevel.SilenceDbov : 10 * Math.Log10(squares / piece.Length / (32768.0 * 32768.0));
    }
}
