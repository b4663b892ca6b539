using BenchmarkDotNet.Attributes;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Jitter;
using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>One packet into the jitter buffer and one decoded frame out of it.</summary>
public class JitterBuffering
{
    private readonly JitterBuffer _buffer = new(AudioFormat.Pcma, AudioCodecs.CreateDecoder(AudioFormat.Pcma));
    private readonly byte[] _payload = new byte[Frames.Samples];
    private readonly short[] _frame = new short[Frames.Samples];
    private ushort _sequence;
    private uint _timestamp;
    private TimeSpan _now;

    /// <summary>Makes the payload.</summary>
    [GlobalSetup]
    public void Prepare() => ALaw.Encode(Frames.Noise(1), _payload);

    /// <summary>On a clean line.</summary>
    [Benchmark]
    public int PutAndRead()
    {
        _now += TimeSpan.FromMilliseconds(20);
        _buffer.Put(new SequenceNumber(_sequence++), new RtpTimestamp(_timestamp), _payload, _now - TimeSpan.FromMilliseconds(5));
        _timestamp += Frames.Samples;
        _buffer.StartFrame(_now, Frames.Samples);
        return _buffer.Read(_frame, out _);
    }
}
