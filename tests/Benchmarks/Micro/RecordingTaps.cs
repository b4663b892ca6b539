using BenchmarkDotNet.Attributes;
using PhoneBridge.Mixer;
using PhoneBridge.Mixer.Recording;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>What a recording costs the media loop: one frame of 20 ms put into the tap.</summary>
public class RecordingTaps
{
    // The benchmark's own reader makes room after so many frames; the media loop never runs it.
    private const int Burst = 100;

    private short[] _frame = [];
    private RecordingTap _tap = null!, _full = null!;
    private long _number;

    /// <summary>Rate of the frames [Hz].</summary>
    [Params(8000, 48000)]
    public int RateHz { get; set; }

    /// <summary>One tap that is emptied, one that is full.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _frame = new short[RateHz / 50];
        _tap = new RecordingTap(new RecordingId(1), RateHz);
        _full = new RecordingTap(new RecordingId(2), RateHz);
        for (int i = 0; i < RecordingTap.Capacity; i++)
        {
            _full.TryWrite(_frame, i);
        }
    }

    /// <summary>A frame that finds room; the taking of it is in the figure too.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Burst)]
    public void Write()
    {
        for (int i = 0; i < Burst; i++)
        {
            _tap.TryWrite(_frame, _number++);
        }

        for (int i = 0; i < Burst; i++)
        {
            _tap.Take();
        }
    }

    /// <summary>A frame that is lost because the disk hangs.</summary>
    [Benchmark(OperationsPerInvoke = Burst)]
    public void Lose()
    {
        for (int i = 0; i < Burst; i++)
        {
            _full.TryWrite(_frame, RecordingTap.Capacity + _number++);
        }
    }

    /// <summary>A tick in which nobody is heard.</summary>
    [Benchmark(OperationsPerInvoke = Burst)]
    public void Silence()
    {
        for (int i = 0; i < Burst; i++)
        {
            _tap.WriteSilence(_number++);
        }
    }
}
