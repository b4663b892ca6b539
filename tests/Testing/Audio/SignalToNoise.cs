namespace PhoneBridge.Testing.Audio;

/// <summary>How well a recording matches what was sent.</summary>
public static class SignalToNoise
{
    /// <summary>
    /// Lays the reference over the place of the recording that fits best, with the best gain, and compares.
    /// </summary>
    /// <returns>Power of the matched reference over the power of what is left [dB]; where it lies; the gain [dB].</returns>
    public static (double SnrDb, int Offset, double GainDb) Measure(Pcm reference, Pcm recording)
    {
        double[] curve = Fourier.Correlate(recording.Samples, reference.Samples);
        if (curve.Length == 0)
        {
            return (double.NegativeInfinity, 0, double.NegativeInfinity);
        }

        int best = Array.IndexOf(curve, curve.Max());
        double cross = 0;
        double energy = 0;
        for (int i = 0; i < reference.Samples.Length; i++)
        {
            cross += (double)reference.Samples[i] * recording.Samples[best + i];
            energy += (double)reference.Samples[i] * reference.Samples[i];
        }

        double gain = cross / energy;
        double noise = 0;
        for (int i = 0; i < reference.Samples.Length; i++)
        {
            double left = recording.Samples[best + i] - (gain * reference.Samples[i]);
            noise += left * left;
        }

        return (10 * Math.Log10(gain * gain * energy / Math.Max(noise, 1)), best, 20 * Math.Log10(Math.Abs(gain) + 1e-9));
    }
}
