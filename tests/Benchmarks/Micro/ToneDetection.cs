using BenchmarkDotNet.Attributes;
using PhoneBridge.Media.Disturbances;
using PhoneBridge.Media.Dtmf;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>The detectors of one leg, one frame of 20 ms: loud noise, so that no gate spares them anything.</summary>
public class ToneDetection
{
    private short[] _frame = [];
    private short[] _heard = [];
    private InbandKeyDetector _keys = new();
    private LineToneDetector _line = new();
    private DisturbanceDetector _disturbance = new();
    private TimeSpan _now;

    /// <summary>Rate of the leg [Hz].</summary>
    [Params(8000, 48000)]
    public int SampleRateHz { get; set; }

    /// <summary>Makes the detectors and a frame.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        Random random = new(1);
        _frame = [.. Enumerable.Range(0, SampleRateHz / 50).Select(_ => (short)random.Next(-8000, 8000))];
        _heard = new short[_frame.Length];
        _keys = new InbandKeyDetector(SampleRateHz);
        _line = new LineToneDetector(SampleRateHz);
        _disturbance = new DisturbanceDetector(SampleRateHz);
    }

    /// <summary>Keys in the sound; with the copy of the frame, since it may be silenced.</summary>
    [Benchmark]
    public bool Keys()
    {
        _frame.CopyTo(_heard, 0);
        _now += TimeSpan.FromMilliseconds(20);
        return _keys.OnFrame(_heard, _now, out _);
    }

    /// <summary>Fax, busy and dial tones.</summary>
    [Benchmark]
    public LineToneVerdict LineTones() => _line.OnFrame(_frame);

    /// <summary>Tones, music and noise; mean of the frames with and without a spectrum.</summary>
    [Benchmark]
    public DisturbanceKind Disturbances() => _disturbance.OnFrame(_frame, -12);

    /// <summary>What a frame's level costs, to compare.</summary>
    [Benchmark(Baseline = true)]
    public int Level() => AudioLevel.MeasureDbov(_frame);
}
