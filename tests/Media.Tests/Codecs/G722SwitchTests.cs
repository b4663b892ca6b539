using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Tests.Codecs;

/// <summary>A listener leaves the shared stream to talk and comes back: what his decoder makes of it.</summary>
[Trait("Req", "G722")]
public sealed class G722SwitchTests(ITestOutputHelper output)
{
    private const int Frame = 320;
    private const int Talking = 50;

    private readonly byte[] _sharedPayload = new byte[Frame / 2];
    private readonly byte[] _ownPayload = new byte[Frame / 2];
    private readonly short[] _followed = new short[Frame];
    private readonly short[] _heard = new short[Frame];

    [Fact]
    public void Leaving_the_shared_stream_is_not_heard_to_the_bit()
    {
        short[] speech = CodecSounds.Speech16;
        using G722Encoder shared = new();
        using G722Encoder own = new();
        using G722Decoder followed = new();
        using G722Decoder listener = new();
        for (int i = 0; i < 300; i++)
        {
            if (i == 100)
            {
                own.ContinueFrom(shared);
                Assert.True(own.IsInStepWith(shared));
            }

            ReadOnlySpan<short> frame = speech.AsSpan(i * Frame, Frame);
            shared.Encode(frame, _sharedPayload);
            followed.Decode(_sharedPayload, _followed);
            own.Encode(i < 100 ? CodecSounds.Noise(Frame, 900, i) : frame, _ownPayload);
            listener.Decode(i < 100 ? _sharedPayload : _ownPayload, _heard);
            Assert.Equal(_followed, _heard);
        }
    }

    [Theory]
    [InlineData("speech", 200, 6)]
    [InlineData("noise", 60, 1)]
    [InlineData("room noise", 60, 2)]
    public void Coming_back_is_to_the_bit_once_in_step_and_the_way_there_adds_little_noise(string sound, int mostFrames, double mostNoiseDb)
    {
        short[] pcm = Make(sound);
        List<int> frames = [];
        double noise = 0;
        double ordinary = 0;
        for (int start = 0; start < 30; start++)
        {
            using G722Encoder shared = new();
            using G722Encoder own = new();
            using G722Decoder followed = new();
            using G722Decoder listener = new();
            int at = start * 37;
            for (int i = 0; i < Talking; i++, at++)
            {
                shared.Encode(At(pcm, at), _sharedPayload);
                followed.Decode(_sharedPayload, _followed);
                own.Encode(At(CodecSounds.Speech16, at + 777), _ownPayload);
                listener.Decode(_ownPayload, _heard);
            }

            int count = 0;
            for (; !own.IsInStepWith(shared); count++, at++)
            {
                Assert.True(count <= mostFrames, $"not in step after {count} frames from start {start} on");
                shared.Encode(At(pcm, at), _sharedPayload);
                followed.Decode(_sharedPayload, _followed);
                own.EncodeTowards(_sharedPayload, At(pcm, at), _ownPayload);
                listener.Decode(_ownPayload, _heard);
                if (count > 2)
                {
                    ordinary += ErrorOf(_followed, At(pcm, at));
                    noise += ErrorOf(_heard, At(pcm, at));
                }
            }

            frames.Add(count);
            for (int i = 0; i < 100; i++, at++)
            {
                shared.Encode(At(pcm, at), _sharedPayload);
                followed.Decode(_sharedPayload, _followed);
                listener.Decode(_sharedPayload, _heard);
                Assert.Equal(_followed, _heard);
            }
        }

        double added = 10 * Math.Log10(noise / ordinary);
        frames.Sort();
        output.WriteLine($"{sound}: in step after {frames.Average():0} frames, 9 of 10 after {frames[^4]}, all after {frames[^1]}; {added:0.0} dB more coding noise on the way");
        Assert.InRange(added, -1, mostNoiseDb);
    }

    [Fact]
    public void Encoders_of_the_same_sound_do_not_meet_by_themselves()
    {
        // Why EncodeTowards is there. Should this fail one day, it can go.
        using G722Encoder shared = new();
        using G722Encoder own = new();
        own.Encode(At(CodecSounds.Speech16, 777), _ownPayload);
        for (int i = 0; i < 1000; i++)
        {
            shared.Encode(At(CodecSounds.Speech16, i), _sharedPayload);
            own.Encode(At(CodecSounds.Speech16, i), _ownPayload);
            Assert.False(own.IsInStepWith(shared));
        }
    }

    [Fact]
    public void Digital_silence_never_moves_far_from_silence_on_the_way_back()
    {
        using G722Encoder shared = new();
        using G722Encoder own = new();
        using G722Decoder listener = new();
        for (int i = 0; i < Talking; i++)
        {
            own.Encode(At(CodecSounds.Speech16, i), _ownPayload);
            listener.Decode(_ownPayload, _heard);
        }

        short[] silence = new short[Frame];
        for (int i = 0; i < 200; i++)
        {
            shared.Encode(silence, _sharedPayload);
            own.EncodeTowards(_sharedPayload, silence, _ownPayload);
            listener.Decode(_ownPayload, _heard);
            Assert.All(i < 3 ? [] : _heard, sample => Assert.InRange(sample, -64, 64));
        }
    }

    [Fact]
    public void Encoders_are_in_step_only_with_their_like()
    {
        using G722Encoder encoder = new();
        using G722Encoder other = new();
        Assert.True(encoder.IsInStepWith(other));
        other.Encode(CodecSounds.Noise(Frame, 1000, 1), _ownPayload);
        Assert.False(encoder.IsInStepWith(other));
        Assert.False(encoder.IsInStepWith(AudioCodecs.CreateEncoder(AudioFormat.Pcma)));
        Assert.Throws<ArgumentException>(() => encoder.ContinueFrom(AudioCodecs.CreateEncoder(AudioFormat.Pcma)));
        Assert.False(encoder.TryMakeNextIndependent());
    }

    private static short[] Make(string sound) => sound switch
    {
        "speech" => CodecSounds.Speech16,
        "noise" => CodecSounds.Noise(320_000, 3000, 1),
        "room noise" => CodecSounds.Noise(320_000, 30, 2),
        _ => throw new ArgumentOutOfRangeException(nameof(sound)),
    };

    private static ReadOnlySpan<short> At(short[] pcm, int frame) => pcm.AsSpan(frame % (pcm.Length / Frame) * Frame, Frame);

    // Both filters together are 22 samples late.
    private static double ErrorOf(short[] decoded, ReadOnlySpan<short> frame)
    {
        double error = 0;
        for (int i = 22; i < Frame; i++)
        {
            error += Math.Pow(decoded[i] - frame[i - 22], 2);
        }

        return error;
    }
}
