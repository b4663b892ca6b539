using BenchmarkDotNet.Attributes;
using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>A-law, one frame of 20 ms.</summary>
public class ALawCoding
{
    private readonly short[] _pcm = Frames.Noise(1);
    private readonly byte[] _payload = new byte[Frames.Samples];

    /// <summary>Makes a payload to decode.</summary>
    [GlobalSetup]
    public void Prepare() => ALaw.Encode(_pcm, _payload);

    /// <summary>Decodes with vectors.</summary>
    [Benchmark]
    public void Decode() => ALaw.Decode(_payload, _pcm);

    /// <summary>Decodes sample by sample.</summary>
    [Benchmark]
    public void DecodeScalar() => ALaw.DecodeScalar(_payload, _pcm);

    /// <summary>Encodes with vectors.</summary>
    [Benchmark]
    public void Encode() => ALaw.Encode(_pcm, _payload);

    /// <summary>Encodes sample by sample.</summary>
    [Benchmark]
    public void EncodeScalar() => ALaw.EncodeScalar(_pcm, _payload);
}
