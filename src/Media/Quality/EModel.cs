using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Quality;

/// <summary>Estimates how good a conversation over a line is: the rating factor R of the E-model (ITU-T G.107, 06/2015).</summary>
/// <remarks>
/// <para>Everything that cannot be measured here (noise, loudness, sidetone) stands at the defaults of G.107 table 3, which give 93.2.
/// Above 90: very satisfied; 80 satisfied; 70 some dissatisfied; 60 many dissatisfied; under 50 not recommended (G.109).</para>
/// <para>Wide band is put on the same scale, ending at 93.2: what it is better than G.711 is not counted, so that figures of all lines
/// compare. Thread safe: no state.</para>
/// </remarks>
public static class EModel
{
    /// <summary>R of a line without delay, loss and echo.</summary>
    public const double BestRating = 93.2;

    // Loudness of a default connection: SLR 8 and RLR 2 dB; noise -61.2 dBm0p (G.107 equations 7-3 to 7-7 with the defaults).
    private const double SendPlusReceiveLoudnessDb = 10;
    private const double EchoFreeRating = -1.5 * (-61.2 - 2);

    /// <summary>R, 0 to 93.2.</summary>
    public static double Rate(in LineConditions line) =>
        Math.Clamp(BestRating - Delay(line.OneWayDelayMs) - Equipment(line) - Echo(line), 0, BestRating);

    /// <summary>Mean opinion score of a conversation, 1 to 4.5, that belongs to an R (G.107 Annex B).</summary>
    public static double MosCqe(double rating) => rating switch
    {
        <= 0 or double.NaN => 1,
        >= 100 => 4.5,
        _ => Math.Max(1, 1 + (0.035 * rating) + (rating * (rating - 60) * (100 - rating) * 7e-6)),
    };

    /// <summary>What delay alone takes away, Idd (G.107 equations 7-27 and 7-28; the delay sensitivity of ordinary telephony).</summary>
    public static double Delay(double oneWayMs)
    {
        double delay = Held(oneWayMs, 0, 10_000);
        if (delay <= 100)
        {
            return 0;
        }

        double x = Math.Log2(delay / 100);
        return 25 * (Math.Pow(1 + Math.Pow(x, 6), 1 / 6.0) - (3 * Math.Pow(1 + Math.Pow(x / 3, 6), 1 / 6.0)) + 2);
    }

    /// <summary>What the codec and lost packets take away, Ie,eff (G.107 equation 7-29).</summary>
    private static double Equipment(in LineConditions line)
    {
        (double impairment, double robustness) = Of(line.Format);
        double lost = 100 * Math.Max(Held(line.LossFraction, 0, 1), Held(line.ConcealedShare, 0, 1));
        return impairment + ((95 - impairment) * lost / ((lost / Held(line.BurstRatio, 1, 8)) + robustness));
    }

    /// <summary>Ie and Bpl.</summary>
    private static (double Impairment, double Robustness) Of(AudioFormat format) => format.Codec switch
    {
        // G.113 Appendix I: G.711 with the concealment of G.711 Appendix I, random loss.
        AudioCodec.Pcma or AudioCodec.Pcmu => (0, 25.1),

        // The 13 of G.722 at 64 kbit/s is a value of the wide-band scale (G.113, for G.107.1), which ends at 129: 116 are left,
        // more than this scale has. Its losses are concealed as those of G.711 are. Both provisional here.
        AudioCodec.G722 => (0, 25.1),

        // Not in G.113. Provisional: not worse than G.711 from about 24 kbit/s on, its concealment not worse either.
        _ => (0, 25.1),
    };

    /// <summary>What the talker's own voice takes away, Idte (G.107 equations 7-19 to 7-22, sidetone at its default).</summary>
    private static double Echo(in LineConditions line)
    {
        if (line.EchoLossDb is not { } loss)
        {
            return 0;
        }

        double t = Held(line.EchoDelayMs, 0, 10_000) / 2; // mean one-way time of the echo path
        double masked = Held(loss, 0, 65) + SendPlusReceiveLoudnessDb
            - (40 * Math.Log10((1 + (t / 10)) / (1 + (t / 150)))) + (6 * Math.Exp(-0.3 * t * t));
        double off = EchoFreeRating - (80 + (2.5 * (masked - 14)));
        return Math.Max(0, ((off / 2) + Math.Sqrt((off * off / 4) + 100) - 1) * (1 - Math.Exp(-t)));
    }

    private static double Held(double value, double best, double worst) => double.IsNaN(value) ? best : Math.Clamp(value, best, worst);
}
