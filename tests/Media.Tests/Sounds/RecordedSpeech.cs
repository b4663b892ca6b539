using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Wav;

namespace PhoneBridge.Media.Tests.Sounds;

/// <summary>Fifty minutes of real speech at 8 kHz: every spoken file of the Debian packages asterisk-core-sounds-fr-wav and -en-wav.</summary>
internal static class RecordedSpeech
{
    private const string Folder = "/usr/share/asterisk/sounds";
    private static readonly Lazy<short[]> French = new(() => Load("fr_CA_f_June"));
    private static readonly Lazy<short[]> English = new(() => Load("en_US_f_Allison"));

    /// <summary>About 25 minutes in one language, with 300 ms between the files.</summary>
    public static short[] Read(bool isFrench) => isFrench ? French.Value : English.Value;

    /// <summary>The same, spoken higher and faster (above 1) or lower and slower, louder or softer, through A-law.</summary>
    public static short[] Read(bool isFrench, double pitch, double gainDb)
    {
        short[] speech = Read(isFrench);
        short[] changed = pitch == 1 ? [.. speech] : Stretch(speech, pitch);
        Scale(changed, gainDb);
        ThroughALaw(changed);
        return changed;
    }

    public static void Scale(Span<short> pcm, double gainDb)
    {
        float gain = (float)Math.Pow(10, gainDb / 20);
        for (int i = 0; i < pcm.Length; i++)
        {
            pcm[i] = (short)Math.Clamp(pcm[i] * gain, short.MinValue, short.MaxValue);
        }
    }

    public static void ThroughALaw(Span<short> pcm)
    {
        byte[] coded = new byte[pcm.Length];
        ALaw.Encode(pcm, coded);
        ALaw.Decode(coded, pcm);
    }

    // Cubic interpolation: good enough for a voice, and an hour of speech takes a fraction of a second.
    private static short[] Stretch(short[] speech, double pitch)
    {
        short[] stretched = new short[(int)((speech.Length - 4) / pitch)];
        for (int i = 0; i < stretched.Length; i++)
        {
            double place = i * pitch;
            int at = (int)place;
            float t = (float)(place - at);
            float a = speech[at];
            float b = speech[at + 1];
            float c = speech[at + 2];
            float d = speech[at + 3];
            float value = b + (0.5f * t * (c - a + (t * ((2 * a) - (5 * b) + (4 * c) - d + (t * ((3 * (b - c)) + d - a))))));
            stretched[i] = (short)Math.Clamp(value, short.MinValue, short.MaxValue);
        }

        return stretched;
    }

    private static short[] Load(string voice)
    {
        string folder = Path.Combine(Folder, voice);
        Assert.True(Directory.Exists(folder), $"{folder} is missing: Debian packages asterisk-core-sounds-fr-wav and asterisk-core-sounds-en-wav");
        List<short> all = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            // Beeps and the files of silence are no speech.
            string name = Path.GetFileNameWithoutExtension(file);
            if (file.Contains("/silence/", StringComparison.Ordinal)
                || name is "beep" or "beeperr" or "ascending-2tone" or "descending-2tone" or "confbridge-join" or "confbridge-leave")
            {
                continue;
            }

            Assert.Equal(WavError.None, WavReader.TryRead(File.ReadAllBytes(file), out WavAudio? audio));
            all.AddRange(audio!.Samples.Span);
            all.AddRange(new short[2400]);
        }

        return [.. all];
    }
}
