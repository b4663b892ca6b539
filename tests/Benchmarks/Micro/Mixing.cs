using BenchmarkDotNet.Attributes;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>Sum of 100 talkers and 100 times the sum without the own voice, 20 ms at 8 kHz: the worst case, in which everybody talks.</summary>
public class Mixing
{
    private const int Legs = 100;

    private readonly short[][] _voices = [.. Enumerable.Range(0, Legs).Select(Frames.Noise)];
    private readonly int[] _total = new int[Frames.Samples];
    private readonly int[] _rest = new int[Frames.Samples];

    /// <summary>As the mixer does it, with the widest vectors there are.</summary>
    [Benchmark]
    public int Vectors()
    {
        _total.AsSpan().Clear();
        foreach (short[] voice in _voices)
        {
            MixKernels.Add(_total, voice);
        }

        foreach (short[] voice in _voices)
        {
            MixKernels.Subtract(_total, voice, _rest);
        }

        return _rest[0];
    }

    /// <summary>Its scalar twin.</summary>
    [Benchmark(Baseline = true)]
    public int Scalar()
    {
        _total.AsSpan().Clear();
        foreach (short[] voice in _voices)
        {
            ScalarMixKernels.Add(_total, voice);
        }

        foreach (short[] voice in _voices)
        {
            ScalarMixKernels.Subtract(_total, voice, _rest);
        }

        return _rest[0];
    }
}
