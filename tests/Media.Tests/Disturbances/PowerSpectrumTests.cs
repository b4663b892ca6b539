using PhoneBridge.Media.Disturbances;

namespace PhoneBridge.Media.Tests.Disturbances;

public sealed class PowerSpectrumTests
{
    [Fact]
    public void It_agrees_with_the_sum_that_defines_it()
    {
        Random random = new(2);
        float[] samples = [.. Enumerable.Range(0, PowerSpectrum.Length).Select(_ => (float)random.Next(-30000, 30000))];
        float[] power = new float[PowerSpectrum.Lines];
        PowerSpectrum.Measure(samples, power);
        for (int k = 1; k < PowerSpectrum.Lines; k++)
        {
            (double real, double imaginary) = (0, 0);
            for (int n = 0; n < PowerSpectrum.Length; n++)
            {
                double windowed = samples[n] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * n / PowerSpectrum.Length)));
                real += windowed * Math.Cos(2 * Math.PI * k * n / PowerSpectrum.Length);
                imaginary -= windowed * Math.Sin(2 * Math.PI * k * n / PowerSpectrum.Length);
            }

            double expected = 2 * ((real * real) + (imaginary * imaginary)) / ((double)PowerSpectrum.Length * PowerSpectrum.Length);
            Assert.InRange(power[k], (expected * 0.999) - 1, (expected * 1.001) + 1);
        }
    }
}
