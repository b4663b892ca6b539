using PhoneBridge.Media.Levels;

namespace PhoneBridge.Media.Tests.Concealment;

/// <summary>How far a rendering of speech is from the original, over the frames of 20 ms in which something was lost and somebody spoke.</summary>
/// <param name="SnrDb">Signal against difference over all of them [dB]; more is better.</param>
/// <param name="SegmentalSnrDb">Mean over the frames of the same, each held to -10 to 35 [dB]; more is better.</param>
/// <param name="LogSpectralDb">
/// Mean distance of the log spectra, 50 Hz apart up to 8 kHz [dB], over windows of 20 ms upon each frame and upon its two edges;
/// less is better.
/// </param>
internal readonly record struct SpeechDistance(double SnrDb, double SegmentalSnrDb, double LogSpectralDb)
{
    private const int SpokenDbov = -45;

    public static SpeechDistance Measure(ReadOnlySpan<short> original, ReadOnlySpan<short> rendered, IReadOnlyList<bool> lost, int sampleRateHz)
    {
        int frame = sampleRateHz / 50;
        Spectrum spectrum = new(frame, Math.Min(frame / 2, 160));
        double snr = 0;
        double allSignal = 0;
        double allDifference = 0;
        double distance = 0;
        int frames = 0;
        for (int i = 0; i < lost.Count; i++)
        {
            ReadOnlySpan<short> x = original.Slice(i * frame, frame);
            ReadOnlySpan<short> y = rendered.Slice(i * frame, frame);
            if (!lost[i] || AudioLevel.MeasureDbov(x) < SpokenDbov)
            {
                continue;
            }

            double signal = 1;
            double difference = 1;
            for (int n = 0; n < frame; n++)
            {
                signal += (double)x[n] * x[n];
                difference += (double)(x[n] - y[n]) * (x[n] - y[n]);
            }

            snr += Math.Clamp(10 * Math.Log10(signal / difference), -10, 35);
            allSignal += signal;
            allDifference += difference;
            for (int shift = -1; shift <= 1; shift++)
            {
                int start = Math.Clamp((i * frame) + (shift * frame / 2), 0, original.Length - frame);
                distance += spectrum.Distance(original.Slice(start, frame), rendered.Slice(start, frame)) / 3;
            }

            frames++;
        }

        Assert.True(frames > 50, $"only {frames} frames");
        return new SpeechDistance(10 * Math.Log10(allSignal / allDifference), snr / frames, distance / frames);
    }

    public override string ToString() => $"{SnrDb:F1} dB SNR, {SegmentalSnrDb:F1} dB segmental, {LogSpectralDb:F1} dB LSD";

    private sealed class Spectrum(int length, int bins)
    {
        // Under this, per bin, nobody hears a difference: about -75 dBov in all.
        private const double Floor = 1;
        private readonly double[] _cosine = [.. Enumerable.Range(0, length).Select(i => Math.Cos(2 * Math.PI * i / length))];

        public double Distance(ReadOnlySpan<short> x, ReadOnlySpan<short> y)
        {
            double sum = 0;
            for (int bin = 1; bin < bins; bin++)
            {
                double ratio = 10 * Math.Log10((Power(x, bin) + Floor) / (Power(y, bin) + Floor));
                sum += ratio * ratio;
            }

            return Math.Sqrt(sum / (bins - 1));
        }

        private double Power(ReadOnlySpan<short> pcm, int bin)
        {
            double real = 0;
            double imaginary = 0;
            for (int n = 0; n < length; n++)
            {
                int angle = (int)((long)bin * n % length);
                double windowed = pcm[n] * (1 - _cosine[n]) / length;
                real += windowed * _cosine[angle];
                imaginary += windowed * _cosine[(angle + (3 * length / 4)) % length];
            }

            return (real * real) + (imaginary * imaginary);
        }
    }
}
