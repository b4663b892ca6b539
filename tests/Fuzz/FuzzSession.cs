using System.Diagnostics;
using System.Globalization;

namespace PhoneBridge.Fuzz;

/// <summary>The mutations of one target, with what they cost.</summary>
internal sealed class FuzzSession
{
    // By then most is compiled, and what grows once, such as the pools of the runtime, has grown.
    private const int WarmUp = 5_000;
    private const int SmallBytes = 4096;

    private static readonly TimeSpan Slow = TimeSpan.FromMicroseconds(50);

    // Time of one input, in whole microseconds up to 10 ms.
    private readonly long[] _times = new long[10_001];
    private readonly long[] _timesOfSmall = new long[10_001];
    private readonly FuzzTarget _target;
    private readonly List<byte[]> _corpus;
    private long _before;
    private TimeSpan _longest;
    private long _count;
    private int _findings;

    public FuzzSession(FuzzTarget target)
    {
        _target = target;
        string folder = Path.Combine(AppContext.BaseDirectory, "Corpus", target.Name);
        _corpus = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        foreach (byte[] input in _corpus)
        {
            target.Run(input);
        }

    }

    /// <summary>One line: how many, how long one took, what the heap has grown by.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{_target.Name}: {_corpus.Count} seeds, {_count} mutations, {_findings} findings; up to 4 KiB p50 {Percentile(_timesOfSmall, 0.5)} µs, p99.9 {Percentile(_timesOfSmall, 0.999)} µs, above p99.9 {Percentile(_times, 0.999)} µs, longest {_longest.TotalMilliseconds:0.0} ms; heap {(GC.GetTotalMemory(forceFullCollection: true) - _before) / 1024.0:+0;-0} KiB");

    /// <summary>Tries mutations of one seed; false when there was a finding, which is written to a file.</summary>
    public bool Try(int iterations, int seed)
    {
        Mutator bytes = new(_corpus, seed);
        LineMutator lines = new(_corpus, seed);
        int before = _findings;
        for (int i = 0; i < iterations; i++)
        {
            byte[] input = _target.IsText && i % 2 == 0 ? lines.Next() : bytes.Next();
            TimeSpan taken = Time(input, seed, i);
            for (int again = 0; again < 2 && taken > Slow; again++)
            {
                // The machine may have been busy with something else: the shortest time is the input's own.
                TimeSpan next = Time(input, seed, i);
                taken = next < taken ? next : taken;
            }

            if (_count > WarmUp)
            {
                (input.Length <= SmallBytes ? _timesOfSmall : _times)[Math.Min((int)taken.TotalMicroseconds, _times.Length - 1)]++;
                _longest = taken > _longest ? taken : _longest;
            }

            _count++;
            if (_count == WarmUp)
            {
                _before = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        return _findings == before;
    }

    private TimeSpan Time(byte[] input, int seed, int number)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            _target.Run(input);
        }
#pragma warning disable CA1031 // Whatever escapes is a finding.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _findings++;
            string file = $"finding-{_target.Name}-{seed}-{number}.bin";
            File.WriteAllBytes(file, input);
            Console.Error.WriteLine($"{_target.Name}: seed {seed}, iteration {number}, input kept in {file}\n{e}");
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static int Percentile(long[] times, double share)
    {
        long count = times.Sum();
        long below = 0;
        int time = 0;
        while (time < times.Length - 1 && (below += times[time]) < share * count)
        {
            time++;
        }

        return time;
    }
}
