using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Tests.Codecs;

/// <summary>A listener leaves the shared stream to talk and comes back: what his decoder makes of it.</summary>
[Trait("Req", "OPUS")]
public sealed class OpusSwitchTests(ITestOutputHelper output)
{
    private readonly byte[] _sharedPayload = new byte[1275];
    private readonly byte[] _ownPayload = new byte[1275];

    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(48000)]
    public void Leaving_the_shared_stream_is_not_heard_to_the_bit(int rate)
    {
        int frame = rate / 50;
        short[] speech = CodecSounds.Speech(rate, 4);
        using IAudioEncoder shared = AudioCodecs.CreateEncoder(AudioFormat.Opus(rate));
        using IAudioEncoder own = AudioCodecs.CreateEncoder(AudioFormat.Opus(rate));
        using IAudioDecoder followed = AudioCodecs.CreateDecoder(AudioFormat.Opus(rate));
        using IAudioDecoder listener = AudioCodecs.CreateDecoder(AudioFormat.Opus(rate));
        short[] expected = new short[frame];
        short[] heard = new short[frame];
        for (int i = 0; i < speech.Length / frame; i++)
        {
            if (i == 60)
            {
                own.ContinueFrom(shared);
            }

            ReadOnlySpan<short> pcm = speech.AsSpan(i * frame, frame);
            int sharedLength = shared.Encode(pcm, _sharedPayload);
            int ownLength = own.Encode(i < 60 ? CodecSounds.Noise(frame, 900, i) : pcm, _ownPayload);
            followed.Decode(_sharedPayload.AsSpan(0, sharedLength), expected);
            listener.Decode(i < 60 ? _sharedPayload.AsSpan(0, sharedLength) : _ownPayload.AsSpan(0, ownLength), heard);
            Assert.Equal(expected, heard);
        }
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(48000)]
    public void Coming_back_with_an_independent_frame_makes_no_jump_and_is_forgotten_within_100_ms(int rate)
    {
        Seam independent = Measure(rate);
        output.WriteLine($"{rate} Hz: {independent}");

        // Against the frames' own power: an artefact would be as loud as the speech.
        Assert.InRange(independent.SnrDb[0], 18, 99);
        Assert.InRange(independent.SnrDb[4], 35, 99);
        Assert.InRange(independent.JumpRatio, 0, 1);
    }

    // After talking for 1 s, 10 frames of the same sound on a stream of one's own, then the shared stream; 8 times at different places.
    private Seam Measure(int rate)
    {
        int frame = rate / 50;
        short[] speech = CodecSounds.Speech(rate, 36);
        double[] signal = new double[8];
        double[] error = new double[8];
        double seamJump = 0;
        double ordinaryJump = 0;
        for (int start = 0; start < 15; start += 2)
        {
            using IAudioEncoder shared = AudioCodecs.CreateEncoder(AudioFormat.Opus(rate));
            using IAudioEncoder own = AudioCodecs.CreateEncoder(AudioFormat.Opus(rate));
            using IAudioDecoder followed = AudioCodecs.CreateDecoder(AudioFormat.Opus(rate));
            using IAudioDecoder listener = AudioCodecs.CreateDecoder(AudioFormat.Opus(rate));
            short[] expected = new short[frame];
            short[] heard = new short[frame];
            for (int i = 0; i < 68; i++)
            {
                int at = (start * 50) + i;
                ReadOnlySpan<short> pcm = speech.AsSpan(at * frame, frame);
                if (i == 60)
                {
                    Assert.True(shared.TryMakeNextIndependent());
                }

                short last = heard[^1];
                int sharedLength = shared.Encode(pcm, _sharedPayload);
                int ownLength = own.Encode(i < 50 ? speech.AsSpan((at + 900) % 1700 * frame, frame) : pcm, _ownPayload);
                followed.Decode(_sharedPayload.AsSpan(0, sharedLength), expected);
                listener.Decode(i < 60 ? _ownPayload.AsSpan(0, ownLength) : _sharedPayload.AsSpan(0, sharedLength), heard);
                if (i < 60)
                {
                    continue;
                }

                signal[i - 60] += expected.Sum(s => (double)s * s);
                error[i - 60] += expected.Zip(heard).Sum(p => Math.Pow(p.First - p.Second, 2));
                ordinaryJump = Math.Max(ordinaryJump, expected.Zip(expected.Skip(1)).Max(p => Math.Abs(p.First - p.Second)));
                if (i == 60)
                {
                    seamJump = Math.Max(seamJump, Math.Abs(heard[0] - last));
                    seamJump = Math.Max(seamJump, heard.Zip(heard.Skip(1)).Max(p => Math.Abs(p.First - p.Second)));
                }
            }
        }

        return new Seam([.. signal.Zip(error).Select(p => 10 * Math.Log10((p.First + 1) / (p.Second + 1)))], seamJump / ordinaryJump);
    }

    private sealed record Seam(double[] SnrDb, double JumpRatio)
    {
        public override string ToString() => FormattableString.Invariant(
            $"SNR by frame [dB] {string.Join(' ', SnrDb.Select(v => $"{v:0.0}"))}; greatest step between samples {JumpRatio:0.00} of what speech has");
    }
}
