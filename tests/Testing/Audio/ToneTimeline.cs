namespace PhoneBridge.Testing.Audio;

/// <summary>A stretch of time on the axis of a recording.</summary>
/// <param name="From">Start.</param>
/// <param name="To">End.</param>
public readonly record struct TimeRange(TimeSpan From, TimeSpan To)
{
    /// <summary>Length.</summary>
    public TimeSpan Length => To - From;
}

/// <summary>Which of several known tones are heard when: the proof of who hears whom.</summary>
public sealed class ToneTimeline
{
    private readonly TimeSpan _window;
    private readonly Dictionary<double, double[]> _levels;

    private ToneTimeline(TimeSpan window, Dictionary<double, double[]> levels)
    {
        _window = window;
        _levels = levels;
    }

    /// <summary>Measures each tone in windows that follow one another without overlap.</summary>
    /// <param name="pcm">The recording.</param>
    /// <param name="frequenciesHz">The tones; keep them 150 Hz apart for windows of 20 ms.</param>
    /// <param name="window">Window length; null for 20 ms.</param>
    public static ToneTimeline Measure(Pcm pcm, IEnumerable<double> frequenciesHz, TimeSpan? window = null)
    {
        TimeSpan length = window ?? TimeSpan.FromMilliseconds(20);
        int samples = (int)(length.TotalSeconds * pcm.SampleRateHz);
        int windows = pcm.Samples.Length / samples;
        Dictionary<double, double[]> levels = [];
        foreach (double frequency in frequenciesHz)
        {
            double[] row = new double[windows];
            for (int w = 0; w < windows; w++)
            {
                row[w] = Goertzel.LevelDbov(pcm.Samples.AsSpan(w * samples, samples), frequency, pcm.SampleRateHz);
            }

            levels[frequency] = row;
        }

        return new ToneTimeline(length, levels);
    }

    /// <summary>Stretches in which the tone is at least that loud. Pauses shorter than <paramref name="bridging"/> do not end one.</summary>
    public IReadOnlyList<TimeRange> Heard(double frequencyHz, double thresholdDbov = -40, TimeSpan bridging = default)
    {
        List<TimeRange> ranges = [];
        double[] row = _levels[frequencyHz];
        for (int w = 0; w < row.Length; w++)
        {
            if (row[w] < thresholdDbov)
            {
                continue;
            }

            TimeRange now = new(w * _window, (w + 1) * _window);
            if (ranges.Count > 0 && now.From - ranges[^1].To <= bridging)
            {
                ranges[^1] = ranges[^1] with { To = now.To };
            }
            else
            {
                ranges.Add(now);
            }
        }

        return ranges;
    }

    /// <summary>Share of a stretch [0..1] in which the tone is at least that loud.</summary>
    public double Share(double frequencyHz, TimeRange during, double thresholdDbov = -40)
    {
        double[] row = _levels[frequencyHz];
        int first = Math.Max(0, (int)Math.Ceiling(during.From / _window));
        int last = Math.Min(row.Length, (int)Math.Floor(during.To / _window));
        return last <= first ? 0 : row[first..last].Count(level => level >= thresholdDbov) / (double)(last - first);
    }

    /// <summary>Loudest window of the tone in a stretch [dBov].</summary>
    public double Peak(double frequencyHz, TimeRange during)
    {
        double[] row = _levels[frequencyHz];
        int first = Math.Max(0, (int)Math.Ceiling(during.From / _window));
        int last = Math.Min(row.Length, (int)Math.Floor(during.To / _window));
        return last <= first ? Goertzel.FloorDbov : row[first..last].Max();
    }

    /// <summary>Median level of the tone in a stretch [dBov].</summary>
    public double Median(double frequencyHz, TimeRange during)
    {
        double[] row = _levels[frequencyHz];
        int first = Math.Max(0, (int)Math.Ceiling(during.From / _window));
        int last = Math.Min(row.Length, (int)Math.Floor(during.To / _window));
        return last <= first ? Goertzel.FloorDbov : row[first..last].Order().ElementAt((last - first) / 2);
    }
}
