using System.Numerics;
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

    private sealed class Spectrum
    {
        // Under this, per bin, nobody hears a difference: about -75 dBov in all.
        private const double Floor = 1;
        private readonly double[] _window;
        private readonly double[] _even;
        private readonly double[] _odd;
        private readonly double[][] _cosine;
        private readonly double[][] _sine;

        public Spectrum(int length, int bins)
        {
            double[] circle = [.. Enumerable.Range(0, length).Select(i => Math.Cos(2 * Math.PI * i / length))];
            _window = [.. circle.Select(cosine => (1 - cosine) / length)];
            _even = new double[(length / 2) + 1];
            _odd = new double[_even.Length];
            _cosine = [.. Enumerable.Range(1, bins - 1).Select(bin => Wave(bin, 0))];
            _sine = [.. Enumerable.Range(1, bins - 1).Select(bin => Wave(bin, 3 * length / 4))];

            double[] Wave(int bin, int shift) => [.. Enumerable.Range(0, _even.Length).Select(n => circle[(int)(((long)bin * n) + shift) % length])];
        }

        public double Distance(ReadOnlySpan<short> x, ReadOnlySpan<short> y)
        {
            double[] first = Powers(x);
            double[] second = Powers(y);
            return Math.Sqrt(first.Zip(second).Average(p => Math.Pow(10 * Math.Log10((p.First + Floor) / (p.Second + Floor)), 2)));
        }

        private double[] Powers(ReadOnlySpan<short> pcm)
        {
            // A cosine is the same forwards and backwards, a sine its negative: half the products. The window is 0 at n = 0.
            int middle = _even.Length - 1;
            for (int n = 1; n < middle; n++)
            {
                double left = pcm[n] * _window[n];
                double right = pcm[^n] * _window[^n];
                _even[n] = left + right;
                _odd[n] = left - right;
            }

            _even[middle] = pcm[middle] * _window[middle];
            double[] powers = new double[_cosine.Length];
            for (int bin = 0; bin < powers.Length; bin++)
            {
                powers[bin] = Math.Pow(Dot(_even, _cosine[bin]), 2) + Math.Pow(Dot(_odd, _sine[bin]), 2);
            }

            return powers;
        }

        private static double Dot(double[] left, double[] right)
        {
            Vector<double> sum = Vector<double>.Zero;
            int n = 0;
            for (; n + Vector<double>.Count <= left.Length; n += Vector<double>.Count)
            {
                sum += new Vector<double>(left, n) * new Vector<double>(right, n);
            }

            double dot = Vector.Sum(sum);
            for (; n < left.Length; n++)
            {
                dot += left[n] * right[n];
            }

            return dot;
        }
    }
}
