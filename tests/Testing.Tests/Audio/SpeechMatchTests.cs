using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Testing.Tests.Audio;

public sealed class SpeechMatchTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(1);

    [Fact]
    public void Speech_that_passed_a_codec_is_found_with_its_delay_and_only_as_far_as_it_was_heard()
    {
        Pcm said = Babble(seed: 1, seconds: 4);
        Pcm heard = Signals.Join(
            Signals.Silence(TimeSpan.FromSeconds(1.12)),
            said.Slice(TimeSpan.Zero, TimeSpan.FromSeconds(2)),
            Signals.Silence(TimeSpan.FromSeconds(4)));
        short[] decoded = new short[heard.Samples.Length];
        G711.Decode(PhoneCodec.Pcma, G711.Encode(PhoneCodec.Pcma, heard.Samples), decoded);

        SpeechMatch match = SpeechMatch.Find(said, new Pcm(8000, decoded), Start, TimeSpan.FromMilliseconds(500));
        Assert.Equal(0.5, match.Share, tolerance: 0.06);
        Assert.Equal(120, match.Delay!.Value.TotalMilliseconds, tolerance: 1);
        Assert.All(match.Pieces, piece => Assert.Equal(piece.At < TimeSpan.FromSeconds(2), piece.IsHeard));
    }

    [Fact]
    public void Another_voice_is_not_taken_for_it()
    {
        Pcm recording = Signals.Join(Signals.Silence(Start), Babble(seed: 2, seconds: 4));
        Assert.Equal(0, SpeechMatch.Find(Babble(seed: 1, seconds: 4), recording, Start, TimeSpan.FromMilliseconds(500)).Share);
    }

    // Voiced sounds of changing pitch and colour in syllables, as a voice has them.
    private static Pcm Babble(int seed, double seconds)
    {
        Random random = new(seed);
        short[] samples = new short[(int)(seconds * 8000)];
        double phase = 0;
        double pitch = 120;
        double formant = 500;
        for (int i = 0; i < samples.Length; i++)
        {
            if (i % 1600 == 0)
            {
                pitch = 90 + (random.NextDouble() * 80);
                formant = 300 + (random.NextDouble() * 1500);
            }

            phase += 2 * Math.PI * pitch * (1 + (0.05 * Math.Sin(i / 700.0))) / 8000;
            double value = 0;
            for (int harmonic = 1; harmonic * pitch < 3400; harmonic++)
            {
                value += Math.Sin(harmonic * phase) / (1 + (Math.Pow(((harmonic * pitch) - formant) / 250, 2)));
            }

            samples[i] = (short)(2000 * value * (0.6 + (0.4 * Math.Sin(2 * Math.PI * i / 1600))));
        }

        return new Pcm(8000, samples);
    }
}
