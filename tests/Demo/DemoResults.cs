using PhoneBridge.Demo.Hearing;
using PhoneBridge.Demo.Voices;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Demo;

/// <summary>A time in which the bridge said that a caller was talking.</summary>
/// <param name="Caller">Who.</param>
/// <param name="From">Start.</param>
/// <param name="To">End.</param>
public sealed record Talking(Caller Caller, TimeSpan From, TimeSpan To);

/// <summary>All that the demonstration saw and measured.</summary>
/// <param name="Utterances">What was said.</param>
/// <param name="Recordings">What every caller heard.</param>
/// <param name="Mutes">Microphones closed by the moderator.</param>
/// <param name="Talking">What the bridge's events said.</param>
/// <param name="Heard">Every utterance with every listener, the speaker too.</param>
public sealed record DemoResults(
    IReadOnlyList<Utterance> Utterances,
    IReadOnlyList<Recording> Recordings,
    IReadOnlyList<Mute> Mutes,
    IReadOnlyList<Talking> Talking,
    IReadOnlyList<Heard> Heard)
{
    /// <summary>Share of all that a caller said while not muted that a listener heard [0..1]; null when nothing was said.</summary>
    public double? ShareWhileOpen(Caller speaker, Caller listener) => Share(speaker, listener, whileMuted: false);

    /// <summary>Share of what a caller said while muted that a listener heard [0..1]; null when nothing was said.</summary>
    public double? ShareWhileMuted(Caller speaker, Caller listener) => Share(speaker, listener, whileMuted: true);

    private double? Share(Caller speaker, Caller listener, bool whileMuted)
    {
        // A piece on the edge of a mute belongs to neither side: it is 200 ms long, the mute takes effect within 40.
        List<bool> pieces = [];
        foreach (Heard heard in Heard.Where(h => h.Utterance.Caller == speaker && h.Listener == listener))
        {
            foreach (SpeechPiece piece in heard.Match.Pieces)
            {
                TimeSpan from = heard.Utterance.At + piece.At;
                TimeSpan to = from + TimeSpan.FromMilliseconds(200);
                bool isMuted = Mutes.Any(m => m.Caller == speaker && from >= m.From && to <= m.To);
                bool isEdge = !isMuted && Mutes.Any(m => m.Caller == speaker && to > m.From - Edge && from < m.To + Edge);
                if (!isEdge && isMuted == whileMuted)
                {
                    pieces.Add(piece.IsHeard);
                }
            }
        }

        return pieces.Count == 0 ? null : pieces.Count(isHeard => isHeard) / (double)pieces.Count;
    }

    private static readonly TimeSpan Edge = TimeSpan.FromMilliseconds(150);
}
