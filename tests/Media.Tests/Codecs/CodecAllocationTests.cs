using PhoneBridge.Media.Codecs;
using PhoneBridge.Testing.Memory;

namespace PhoneBridge.Media.Tests.Codecs;

public sealed class CodecAllocationTests
{
    public static TheoryData<AudioFormat> Formats =>
        [AudioFormat.Pcma, AudioFormat.Pcmu, AudioFormat.G722, AudioFormat.Opus(8000), AudioFormat.Opus(16000), AudioFormat.Opus()];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Nothing_is_allocated_for_a_frame(AudioFormat format)
    {
        using IAudioEncoder encoder = AudioCodecs.CreateEncoder(format);
        using IAudioEncoder other = AudioCodecs.CreateEncoder(format);
        using IAudioDecoder decoder = AudioCodecs.CreateDecoder(format);
        short[] speech = CodecSounds.Speech(format.SampleRateHz, 4);
        byte[] payload = new byte[1275];
        byte[] towards = new byte[1275];
        byte[] combined = new byte[2600];
        int[] lengths = new int[1];
        short[] pcm = new short[format.SamplesPerFrame];
        long allocated = 0;
        for (int i = 0; i < 200; i++)
        {
            ReadOnlySpan<short> frame = speech.AsSpan(i * pcm.Length, pcm.Length);
            AllocationMeter meter = AllocationMeter.Start();
            encoder.TryMakeNextIndependent();
            lengths[0] = encoder.Encode(frame, payload);
            ReadOnlySpan<byte> packet = payload.AsSpan(0, lengths[0]);
            other.EncodeTowards(packet, frame, towards);
            other.IsInStepWith(encoder);
            other.ContinueFrom(encoder);
            decoder.DurationOf(packet);
            decoder.Decode(packet, pcm);
            decoder.Decode(packet, pcm.AsSpan(0, 100));
            OpusFrames.Combine(packet, lengths, combined, out _);
            if (decoder is IConcealingDecoder concealing)
            {
                concealing.Conceal(pcm);
                concealing.TryDecodeLost(packet, pcm);
            }

            decoder.Reset();

            // The first frames meet code that is not compiled yet.
            allocated += i >= 50 && meter.TryRead(out long bytes) ? bytes : 0;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_forgotten_codec_gives_its_native_memory_back()
    {
        WeakReference[] forgotten = Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.All(forgotten, reference => Assert.False(reference.IsAlive));

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference[] Forget() => [.. Enumerable.Range(0, 10).Select(_ => new WeakReference(new OpusState(1000), trackResurrection: true))];
    }
}
