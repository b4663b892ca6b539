using BenchmarkDotNet.Attributes;
using PhoneBridge.Media.Resampling;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>Rate conversion of one frame of 20 ms, beside libspeexdsp at qualities 3 and 5.</summary>
public class Resampling
{
    private short[] _input = [];
    private short[] _scratch = [];
    private short[] _output = [];
    private StreamFilter _filter = null!;
    private StreamResampler _stream = null!;
    private SpeexResampler _quality3 = null!;
    private SpeexResampler _quality5 = null!;

    /// <summary>From and to [kHz].</summary>
    [Params("8 to 16", "16 to 8", "8 to 48", "48 to 8", "16 to 48", "48 to 16")]
    public string Pair { get; set; } = "8 to 16";

    /// <summary>Makes the streams and a frame of noise.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        int[] rates = [.. Pair.Split(" to ").Select(khz => 1000 * int.Parse(khz, System.Globalization.CultureInfo.InvariantCulture))];
        (int from, int to) = (rates[0], rates[1]);
        Random random = new(1);
        _input = [.. Enumerable.Range(0, from / 50).Select(_ => (short)random.Next(-8000, 8000))];
        _output = new short[to / 50];
        _filter = StreamFilter.For(from, to);
        _scratch = [.. new short[_filter.History], .. _input];
        _stream = new StreamResampler(from, to);
        _quality3 = new SpeexResampler(from, to, 3);
        _quality5 = new SpeexResampler(from, to, 5);
    }

    /// <summary>Frees the library's streams.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _quality3.Free();
        _quality5.Free();
    }

    /// <summary>Ours, with vectors.</summary>
    [Benchmark(Baseline = true)]
    public void Ours() => _stream.Convert(_input, _output);

    /// <summary>Ours, sample by sample.</summary>
    [Benchmark]
    public void OursScalar() => ScalarStreamKernel.Convert(_filter, _scratch, _output);

    /// <summary>libspeexdsp, quality 3.</summary>
    [Benchmark]
    public void Speex3() => _quality3.Convert(_input, _output);

    /// <summary>libspeexdsp, quality 5.</summary>
    [Benchmark]
    public void Speex5() => _quality5.Convert(_input, _output);
}
