namespace PhoneBridge.Media.Resampling;

/// <summary>The ideal low pass and the window that makes it finite. Thread safe: no state.</summary>
internal static class KaiserSinc
{
    /// <summary>Kaiser's shape for a stop band [dB] above 50.</summary>
    public static double Beta(double stopBandDb) => 0.1102 * (stopBandDb - 8.7);

    /// <summary>One tap before it is scaled to unit gain.</summary>
    /// <param name="cutOff">Middle of the transition as a share of the sample rate.</param>
    /// <param name="distance">From the middle of the filter [samples].</param>
    /// <param name="half">Where the window ends [samples].</param>
    /// <param name="beta">Shape of the window.</param>
    public static double Tap(double cutOff, double distance, double half, double beta) =>
        Sinc(2 * cutOff * distance) * Window(distance / half, beta);

    /// <summary>Modified Bessel function of the first kind and order 0, of which Kaiser's window is made.</summary>
    public static double BesselI0(double x)
    {
        double sum = 1;
        double term = 1;
        for (int k = 1; term > sum * 1e-12; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }

        return sum;
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static double Window(double share, double beta) =>
        Math.Abs(share) >= 1 ? 0 : BesselI0(beta * Math.Sqrt(1 - (share * share))) / BesselI0(beta);
}
