namespace PhoneBridge.Media.Jitter;

/// <summary>Watches how much audio is always left after a read: what was not needed for long is delay for nothing.</summary>
/// <remarks>
/// Two looks. More than one frame (20 ms) to spare over 2 s is taken out at once. The last frame goes only when it was
/// spare for a long time, 30 s at first, twice as long each time that it had to be put back (at most 8 min), so that a slow
/// sender's clock or a packet in a thousand does not make the delay swing.
/// </remarks>
internal struct DelayControl
{
    private const int ShortestSlowSeconds = 30;
    private const int LongestSlowSeconds = 480;

    private readonly int _clockRateHz;
    private readonly int _kept;
    private int _slowSeconds;
    private int _bucketSamples;
    private int _bucketLeast;
    private int _lastBucketLeast;
    private int _slowBuckets;
    private int _slowLeast;
    private int _averageSixtyFourths;
    private int _excess;

    public DelayControl(int clockRateHz)
    {
        _clockRateHz = clockRateHz;
        _kept = clockRateHz / 50;
        _slowSeconds = ShortestSlowSeconds;
        StartAgain();
    }

    /// <summary>Audio that may be taken out [samples].</summary>
    public readonly int Excess => _excess;

    /// <summary>Audio usually left after a read [samples].</summary>
    public readonly int UsualRest => _averageSixtyFourths >> 6;

    /// <summary>A new stream: nothing is known of it.</summary>
    public void Reset()
    {
        _averageSixtyFourths = 0;
        StartAgain();
    }

    /// <summary>Takes the state after a read that gave out received audio.</summary>
    /// <param name="rest">Audio left [samples].</param>
    /// <param name="read">Length of the read [samples].</param>
    public void OnRead(int rest, int read)
    {
        _averageSixtyFourths += rest - (_averageSixtyFourths >> 6);
        _bucketLeast = Math.Min(_bucketLeast, rest);
        _bucketSamples += read;
        if (_bucketSamples < _clockRateHz)
        {
            return;
        }

        // One second is over.
        int fastLeast = Math.Min(_bucketLeast, _lastBucketLeast);
        _slowLeast = Math.Min(_slowLeast, _bucketLeast);
        _lastBucketLeast = _bucketLeast;
        _bucketLeast = int.MaxValue;
        _bucketSamples = 0;
        _slowBuckets++;
        _excess = Math.Max(0, fastLeast - _kept);
        if (_slowBuckets >= _slowSeconds)
        {
            _excess = Math.Max(_excess, _slowLeast);
            _slowBuckets = 0;
            _slowLeast = int.MaxValue;
            _slowSeconds = Math.Max(ShortestSlowSeconds, _slowSeconds / 2);
        }
    }

    /// <summary>Audio was taken out.</summary>
    public void OnShortened(int samples)
    {
        _excess = Math.Max(0, _excess - samples);
        _averageSixtyFourths = Math.Max(0, _averageSixtyFourths - (samples << 6));
        _bucketLeast = Less(_bucketLeast, samples);
        _lastBucketLeast = Less(_lastBucketLeast, samples);
        _slowLeast = Less(_slowLeast, samples);
    }

    /// <summary>The delay had to grow: what is spare must show again.</summary>
    public void OnGrown()
    {
        // Twice, because a quiet window halves it.
        _slowSeconds = Math.Min(LongestSlowSeconds, 2 * _slowSeconds);
        StartAgain();
    }

    private static int Less(int value, int samples) => value == int.MaxValue ? value : Math.Max(0, value - samples);

    private void StartAgain()
    {
        _excess = 0;
        _bucketSamples = 0;
        _bucketLeast = int.MaxValue;
        _lastBucketLeast = 0; // the first bucket alone decides nothing
        _slowBuckets = 0;
        _slowLeast = int.MaxValue;
    }
}
