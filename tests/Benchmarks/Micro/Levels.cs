using BenchmarkDotNet.Attributes;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Echo;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Noise;
using PhoneBridge.Media.Quality;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>What levels cost, one frame of 20 ms at 8 kHz.</summary>
public class Levels
{
    private readonly short[] _frame = Frames.Noise(1);
    private readonly short[] _work = new short[Frames.Samples];
    private readonly int[] _quiet = [.. Frames.Noise(1).Select(sample => (int)sample)];
    private readonly int[] _loud = [.. Frames.Noise(1).Select(sample => sample * 8)];
    private readonly short[] _mix = new short[Frames.Samples];
    private readonly Limiter _limiter = new();
    private readonly Limiter _busyLimiter = new();
    private readonly GainControl _gain = new();
    private readonly SpeechDetector _detector = new();
    private readonly EchoSuspicion _echo = new();
    private readonly QualityWatch _watch = new();
    private NoiseSuppressor? _noise;
    private int _count;

    /// <summary>Makes the suppressor when its library is there.</summary>
    [GlobalSetup]
    public void Prepare() => _noise = SpeexLibrary.IsAvailable ? new NoiseSuppressor(8000) : null;

    /// <summary>A mix that needs no limiting.</summary>
    [Benchmark]
    public void LimiterIdle() => _limiter.Process(_quiet, _mix);

    /// <summary>A mix that is turned down.</summary>
    [Benchmark]
    public void LimiterBusy() => _busyLimiter.Process(_loud, _mix);

    /// <summary>A talker whose gain is away from 0 dB.</summary>
    [Benchmark]
    public void Gain()
    {
        _frame.CopyTo(_work, 0);
        _gain.Process(_work, -35 - (_count++ & 3), isSpeech: true);
    }

    /// <summary>Speech or not, from a level.</summary>
    [Benchmark]
    public bool Detector() => _detector.OnFrame(-60 + (_count++ & 7), TimeSpan.FromMilliseconds(20 * _count));

    /// <summary>Echo while something is sent.</summary>
    [Benchmark]
    public bool Echo() => _echo.OnFrame(-20 - (_count++ & 7), -40 - (_count & 3));

    /// <summary>libspeexdsp's noise suppression.</summary>
    [Benchmark]
    public void Noise()
    {
        _frame.CopyTo(_work, 0);
        _noise?.Process(_work);
    }

    /// <summary>Rating of a line and the watch over it (once a second, not once a frame).</summary>
    [Benchmark]
    public QualityTurn Quality() => _watch.OnSample(
        EModel.Rate(new LineConditions(AudioFormat.Pcma, 180, 0.01)), TimeSpan.FromSeconds(_count++));
}
