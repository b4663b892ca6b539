namespace PhoneBridge.Testing.Audio;

/// <summary>One short piece of what was said, and whether it is in a recording.</summary>
/// <param name="At">Start within what was said.</param>
/// <param name="Likeness">Correlation with the recording at the place where it must be [0..1].</param>
/// <param name="IsHeard">Whether that is it.</param>
public readonly record struct SpeechPiece(TimeSpan At, double Likeness, bool IsHeard);

/// <summary>How much of one utterance one listener heard: measured on the waveforms, piece by piece.</summary>
/// <remarks>
/// A voice that passed G.711 and a mixer alone correlates with itself by more than 0.95; foreign speech stays below 0.6 when the place is
/// known. So the delay is found from the piece that fits best, and every other piece has to fit at about the same delay.
/// </remarks>
public sealed class SpeechMatch
{
    private static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(200);

    private const double CertainLikeness = 0.8;
    private const double HeardLikeness = 0.65;
    private const double VoicedDbov = -42;

    /// <summary>The pieces of the utterance that have sound in them.</summary>
    public IReadOnlyList<SpeechPiece> Pieces { get; private init; } = [];

    /// <summary>Share of the utterance that was heard [0..1].</summary>
    public double Share => Pieces.Count == 0 ? 0 : Pieces.Count(piece => piece.IsHeard) / (double)Pieces.Count;

    /// <summary>From saying to hearing; null when nothing was heard.</summary>
    public TimeSpan? Delay { get; private init; }

    /// <summary>Looks for an utterance in a recording.</summary>
    /// <param name="said">The utterance.</param>
    /// <param name="recording">What the listener heard.</param>
    /// <param name="expected">Where the utterance would begin in the recording without any delay.</param>
    /// <param name="tolerance">How much earlier or later it may be.</param>
    public static SpeechMatch Find(Pcm said, Pcm recording, TimeSpan expected, TimeSpan tolerance)
    {
        List<(TimeSpan At, Pcm Sound)> voiced = [];
        for (TimeSpan at = TimeSpan.Zero; at + Piece <= said.Duration; at += Piece)
        {
            Pcm sound = said.Slice(at, Piece);
            if (Goertzel.RmsDbov(sound.Samples) >= VoicedDbov)
            {
                voiced.Add((at, sound));
            }
        }

        if (voiced.Count == 0)
        {
            return new SpeechMatch();
        }

        (double likeness, TimeSpan delay) = voiced
            .Select(piece => Best(piece.Sound, recording, expected + piece.At, tolerance))
            .MaxBy(found => found.Likeness);
        if (likeness < CertainLikeness)
        {
            return new SpeechMatch { Pieces = [.. voiced.Select(piece => new SpeechPiece(piece.At, 0, IsHeard: false))] };
        }

        TimeSpan play = TimeSpan.FromMilliseconds(80); // the listener's side of a jitter buffer may move on the way
        return new SpeechMatch
        {
            Delay = delay,
            Pieces =
            [
                .. voiced.Select(piece =>
                {
                    double found = Best(piece.Sound, recording, expected + piece.At + delay, play).Likeness;
                    return new SpeechPiece(piece.At, found, found >= HeardLikeness);
                }),
            ],
        };
    }

    private static (double Likeness, TimeSpan Delay) Best(Pcm sound, Pcm recording, TimeSpan expected, TimeSpan tolerance)
    {
        Pcm place = recording.Slice(expected - tolerance, sound.Duration + (2 * tolerance));
        double[] curve = Fourier.Correlate(place.Samples, sound.Samples);
        double best = curve.Max();
        return (best, TimeSpan.FromSeconds((double)Array.IndexOf(curve, best) / recording.SampleRateHz) - tolerance);
    }
}
