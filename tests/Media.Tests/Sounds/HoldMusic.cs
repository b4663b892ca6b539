namespace PhoneBridge.Media.Tests.Sounds;

/// <summary>How a piece of made music is played.</summary>
public enum MusicStyle
{
    /// <summary>Long chords of strings with vibrato and slow attacks.</summary>
    Strings,

    /// <summary>Struck, decaying notes: broken chords under a melody.</summary>
    Piano,

    /// <summary>Drums, bass, chords and a lead.</summary>
    Pop,

    /// <summary>Plucked strings, picked fast.</summary>
    Guitar,

    /// <summary>Organ chords and melody, no attack noise.</summary>
    Organ,

    /// <summary>A lone melody of a flute with vibrato and pauses of breath.</summary>
    Flute,

    /// <summary>Four on the floor: kick, off-beat hat, pulsing synthesiser.</summary>
    Dance,

    /// <summary>A music box: high, single, decaying notes, as old telephone systems play.</summary>
    MusicBox,
}

/// <summary>Music as telephone systems play it to those on hold, made by rule: 8 kHz, about -18 dBov, through A-law.</summary>
internal static class HoldMusic
{
    private const int Rate = 8000;
    private static readonly int[][] Chords = [[0, 4, 7], [9, 12, 16], [5, 9, 12], [7, 11, 14], [2, 5, 9], [4, 7, 11]];
    private static readonly int[] Scale = [0, 2, 4, 5, 7, 9, 11, 12, 14, 16, 17, 19];

    private static readonly Dictionary<MusicStyle, Lazy<short[]>> Pieces =
        Enum.GetValues<MusicStyle>().ToDictionary(style => style, style => new Lazy<short[]>(() => Make(style, 240, 1)));

    /// <summary>Four minutes of a style, made once.</summary>
    public static short[] FourMinutes(MusicStyle style) => Pieces[style].Value;

    /// <summary>Makes a piece.</summary>
    public static short[] Make(MusicStyle style, int seconds, int seed)
    {
        Random random = new(seed);
        float[] sum = new float[seconds * Rate];
        double beat = 60.0 / random.Next(72, style == MusicStyle.Dance ? 132 : 126);
        int key = 48 + random.Next(12);
        int chord = 0;
        for (double bar = 0; bar < seconds; bar += 4 * beat)
        {
            int[] notes = Chords[chord];
            Bar(sum, style, random, bar, beat, key, notes);
            chord = random.Next(3) == 0 ? 0 : random.Next(Chords.Length);
        }

        double power = 0;
        foreach (float sample in sum)
        {
            power += (double)sample * sample;
        }

        double gain = 32768 * Math.Pow(10, -18 / 20.0) / Math.Sqrt((power / sum.Length) + 1e-9);
        short[] pcm = [.. sum.Select(sample => (short)Math.Clamp(sample * gain, short.MinValue, short.MaxValue))];
        RecordedSpeech.ThroughALaw(pcm);
        return pcm;
    }

    private static void Bar(float[] sum, MusicStyle style, Random random, double bar, double beat, int key, int[] notes)
    {
        int Melody() => key + 12 + Scale[random.Next(Scale.Length)];
        switch (style)
        {
            case MusicStyle.Strings:
                foreach (int note in notes)
                {
                    Note(sum, bar, (4 * beat) + 0.3, key + note, 0.3, Bowed, attack: 0.15, release: 0.4, decay: 0, vibrato: 0.004);
                    Note(sum, bar, (4 * beat) + 0.3, key + note + 12, 0.2, Bowed, attack: 0.2, release: 0.4, decay: 0, vibrato: 0.005);
                }

                Note(sum, bar, 2 * beat, Melody() + 12, 0.35, Bowed, 0.08, 0.2, 0, 0.006);
                Note(sum, bar + (2 * beat), 2 * beat, Melody() + 12, 0.35, Bowed, 0.08, 0.2, 0, 0.006);
                break;
            case MusicStyle.Piano:
                for (int i = 0; i < 8; i++)
                {
                    Note(sum, bar + (i * beat / 2), 1.6, key + notes[i % 3], 0.35, Struck, 0.004, 0.1, 2.2, 0);
                    if (random.Next(3) > 0)
                    {
                        Note(sum, bar + (i * beat / 2), 1.4, Melody(), 0.5, Struck, 0.004, 0.1, 2.6, 0);
                    }
                }

                break;
            case MusicStyle.Pop:
                Drums(sum, random, bar, beat);
                for (int i = 0; i < 4; i++)
                {
                    Note(sum, bar + (i * beat), beat * 0.9, key + notes[0] - 12, 0.6, Struck, 0.005, 0.05, 1, 0);
                    Note(sum, bar + (i * beat), beat, Melody(), 0.4, Reed, 0.02, 0.06, 0.5, 0.004);
                }

                foreach (int note in notes)
                {
                    Note(sum, bar, 4 * beat, key + note, 0.2, Reed, 0.02, 0.1, 0.4, 0);
                }

                break;
            case MusicStyle.Guitar:
                for (int i = 0; i < 16; i++)
                {
                    Note(sum, bar + (i * beat / 4), 1.2, key + notes[(i * 2) % 3] + (i % 4 == 0 ? -12 : 0), 0.5, Struck, 0.003, 0.05, 3.5, 0);
                }

                break;
            case MusicStyle.Organ:
                foreach (int note in notes)
                {
                    Note(sum, bar, 4 * beat, key + note, 0.25, Pipes, 0.03, 0.05, 0, 0);
                }

                for (int i = 0; i < 4; i++)
                {
                    Note(sum, bar + (i * beat), beat, Melody() + 12, 0.3, Pipes, 0.02, 0.04, 0, 0);
                }

                break;
            case MusicStyle.Flute:
                double at = bar;
                while (at < bar + (3.4 * beat))
                {
                    double length = beat * (random.Next(2) + 1) / 2;
                    Note(sum, at, length, Melody() + 12, 0.6, Blown, 0.05, 0.06, 0, 0.006);
                    at += length;
                }

                break;
            case MusicStyle.Dance:
                Drums(sum, random, bar, beat);
                for (int i = 0; i < 16; i++)
                {
                    Note(sum, bar + (i * beat / 4), beat / 4 * 0.7, key + notes[random.Next(3)] + 12, 0.35, Reed, 0.004, 0.02, 2, 0);
                    Note(sum, bar + (i * beat / 4), beat / 4 * 0.8, key + notes[0] - 12, 0.5, Reed, 0.004, 0.02, 1, 0);
                }

                break;
            default:
                for (int i = 0; i < 8; i++)
                {
                    Note(sum, bar + (i * beat / 2), 1.2, Melody() + 24, 0.6, Pipes, 0.002, 0.05, 4, 0);
                }

                break;
        }
    }

    private static readonly float[] Bowed = [1, 0.6f, 0.45f, 0.35f, 0.25f, 0.2f, 0.15f, 0.12f, 0.1f, 0.08f];
    private static readonly float[] Struck = [1, 0.5f, 0.3f, 0.18f, 0.12f, 0.07f, 0.04f];
    private static readonly float[] Reed = [1, 0.3f, 0.5f, 0.2f, 0.3f, 0.15f, 0.2f, 0.1f, 0.12f];
    private static readonly float[] Pipes = [1, 0.5f, 0.1f, 0.25f];
    private static readonly float[] Blown = [1, 0.25f, 0.08f];

    private static void Note(float[] sum, double at, double length, int note, double loudness, float[] harmonics, double attack, double release, double decay, double vibrato)
    {
        double pitch = 440 * Math.Pow(2, (note - 69) / 12.0);
        int start = (int)(at * Rate);
        int count = (int)((length + release) * Rate);
        float[] period = Period(harmonics, pitch);
        double step = pitch / Rate;
        double rise = 1 / attack;
        double fall = 1 / release;
        double phase = 0;
        double fading = loudness;
        double fade = Math.Exp(-decay / Rate);
        double swing = 0;
        for (int i = 0; i < count && start + i < sum.Length; i++)
        {
            double t = i * (1.0 / Rate);
            if ((i & 31) == 0)
            {
                swing = 1 + (vibrato * Math.Sin(2 * Math.PI * 5.2 * t));
            }

            phase += step * swing;
            phase -= phase >= 1 ? 1 : 0;
            fading *= fade;
            double envelope = Math.Min(Math.Min(1, t * rise), Math.Max(0, (length + release - t) * fall));
            sum[start + i] += (float)(fading * envelope) * period[(int)(phase * period.Length)];
        }
    }

    private static float[] Period(float[] harmonics, double pitch)
    {
        float[] period = new float[1024];
        for (int i = 0; i < period.Length; i++)
        {
            for (int h = 0; h < harmonics.Length && pitch * (h + 1) < 3600; h++)
            {
                period[i] += harmonics[h] * MathF.Sin(2 * MathF.PI * i * (h + 1) / period.Length);
            }
        }

        return period;
    }

    private static void Drums(float[] sum, Random random, double bar, double beat)
    {
        for (int i = 0; i < 8; i++)
        {
            int start = (int)((bar + (i * beat / 2)) * Rate);
            bool isKick = i % 4 == 0;
            bool isSnare = i % 4 == 2;
            for (int n = 0; n < 1600 && start + n < sum.Length; n++)
            {
                double t = (double)n / Rate;
                double hat = 0.25 * Math.Exp(-t * 60) * ((2 * random.NextDouble()) - 1);
                double kick = isKick ? 1.5 * Math.Exp(-t * 18) * Math.Sin(2 * Math.PI * (60 * t + (6 * (1 - Math.Exp(-t * 25))))) : 0;
                double snare = isSnare ? 0.9 * Math.Exp(-t * 16) * ((2 * random.NextDouble()) - 1) : 0;
                sum[start + n] += (float)(hat + kick + snare);
            }
        }
    }
}
