using System.Globalization;
using PhoneBridge.Demo.Drawing;
using PhoneBridge.Demo.Hearing;
using PhoneBridge.Demo.Voices;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Demo;

/// <summary>Draws who spoke, who was muted, and what one listener heard, over time.</summary>
public static class TimelinePicture
{
    private const int Width = 1400;
    private const int Left = 150;
    private const int Right = 30;
    private const int Top = 110;
    private const int RowHeight = 78;
    private const int Bottom = 110;

    private static readonly Colour Paper = Colour.Of(0xFCFCFA);
    private static readonly Colour Band = Colour.Of(0xF0F1EE);
    private static readonly Colour Ink = Colour.Of(0x22282E);
    private static readonly Colour Faint = Colour.Of(0x9AA3AB);
    private static readonly Colour Grid = Colour.Of(0xDADEDF);
    private static readonly Colour MuteRed = Colour.Of(0xC8332B);
    private static readonly Colour HeardGreen = Colour.Of(0x2E9E5B);
    private static readonly Colour LostGrey = Colour.Of(0xC9CED1);
    private static readonly Colour TalkingBlue = Colour.Of(0x1F6FB5);

    private static readonly Colour[] Voices =
        [Colour.Of(0x8E5BD0), Colour.Of(0xE08A1E), Colour.Of(0x1E9AA8), Colour.Of(0xB5548A), Colour.Of(0x6A7B2F)];

    /// <summary>Draws the picture into a file.</summary>
    /// <param name="path">PNG file.</param>
    /// <param name="callers">Rows, from top to bottom.</param>
    /// <param name="results">What was measured.</param>
    /// <param name="listener">Whose hearing is shown.</param>
    public static void Save(string path, IReadOnlyList<Caller> callers, DemoResults results, Caller listener)
    {
        TimeSpan start = results.Utterances.Min(u => u.At) - TimeSpan.FromSeconds(1);
        TimeSpan end = results.Utterances.Max(u => u.End) + TimeSpan.FromSeconds(1);
        double scale = (Width - Left - Right) / (end - start).TotalSeconds;
        double X(TimeSpan at) => Left + ((at - start).TotalSeconds * scale);

        Canvas canvas = new(Width, Top + (RowHeight * callers.Count) + Bottom);
        canvas.Fill(0, 0, canvas.Width, canvas.Height, Paper);
        canvas.Text(24, 22, "Who spoke, who was muted, who was heard", 22, Ink);
        canvas.Text(24, 60, $"Measured on the sound that {listener.Name} received", 13, Faint);
        DrawAxis(canvas, end - start, scale, callers.Count);

        for (int row = 0; row < callers.Count; row++)
        {
            Caller caller = callers[row];
            double y = Top + (row * RowHeight);
            if (row % 2 == 0)
            {
                canvas.Fill(0, y, canvas.Width, RowHeight, Band, 0.6);
            }

            canvas.Text(24, y + 20, caller.Name, 16, Ink);
            canvas.Text(24, y + 48, caller.IsModerator ? "moderator" : caller.Lines.Count == 0 ? "listens" : "participant", 9.5, Faint);
            foreach (Utterance utterance in results.Utterances.Where(u => u.Caller == caller))
            {
                DrawWave(canvas, utterance, y + 24, scale, X(utterance.At), Voices[row % Voices.Length]);
            }

            foreach ((TimeSpan from, TimeSpan to) in results.Talking.Where(t => t.Caller == caller).Select(t => (t.From, t.To)))
            {
                canvas.Fill(X(from), y + 48, Math.Max(1, X(to) - X(from)), 4, TalkingBlue);
            }

            foreach (Heard heard in results.Heard.Where(h => h.Utterance.Caller == caller && h.Listener == listener))
            {
                foreach (SpeechPiece piece in heard.Match.Pieces)
                {
                    canvas.Fill(X(heard.Utterance.At + piece.At), y + 58, (0.2 * scale) - 1, 9, piece.IsHeard ? HeardGreen : LostGrey);
                }
            }

            foreach (Mute mute in results.Mutes.Where(m => m.Caller == caller))
            {
                canvas.Hatch(X(mute.From), y + 3, X(mute.To) - X(mute.From), RowHeight - 6, MuteRed);
            }
        }

        DrawLegend(canvas, Top + (callers.Count * RowHeight) + 52, listener);
        canvas.Save(path);
    }

    private static void DrawAxis(Canvas canvas, TimeSpan length, double scale, int rows)
    {
        int step = length.TotalSeconds > 60 ? 10 : 5;
        for (int second = 0; second <= length.TotalSeconds; second += step)
        {
            double x = Left + (second * scale);
            canvas.Fill(x, Top - 6, 1, (rows * RowHeight) + 12, Grid);
            string label = string.Create(CultureInfo.InvariantCulture, $"{second} s");
            canvas.Text(x - (Canvas.TextWidth(label, 10) / 2), Top + (rows * RowHeight) + 12, label, 10, Faint);
        }
    }

    private static void DrawWave(Canvas canvas, Utterance utterance, double middle, double scale, double left, Colour colour)
    {
        int columns = (int)(utterance.Sound.Duration.TotalSeconds * scale);
        int samples = Math.Max(1, utterance.Sound.Samples.Length / Math.Max(1, columns));
        for (int column = 0; column < columns; column++)
        {
            ReadOnlySpan<short> part = utterance.Sound.Samples.AsSpan(column * samples, Math.Min(samples, utterance.Sound.Samples.Length - (column * samples)));
            double peak = 0;
            foreach (short sample in part)
            {
                peak = Math.Max(peak, Math.Abs((int)sample));
            }

            double half = 1 + (18 * Math.Min(1, peak / 14000));
            canvas.Fill(left + column, middle - half, 1, 2 * half, colour);
        }
    }

    private static void DrawLegend(Canvas canvas, double y, Caller listener)
    {
        double x = Left;
        foreach ((Colour colour, bool isHatched, string text) in new[]
        {
            (Voices[0], false, "spoken into the phone"),
            (TalkingBlue, false, "the bridge's event: talking"),
            (HeardGreen, false, $"heard by {listener.Name}"),
            (LostGrey, false, "not heard"),
            (MuteRed, true, "muted by the moderator"),
        })
        {
            if (isHatched)
            {
                canvas.Hatch(x, y, 26, 12, colour);
            }
            else
            {
                canvas.Fill(x, y, 26, 12, colour);
            }

            canvas.Text(x + 34, y + 1, text, 10, Ink);
            x += 34 + Canvas.TextWidth(text, 10) + 24;
        }
    }
}
