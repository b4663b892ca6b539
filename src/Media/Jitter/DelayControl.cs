namespace PhoneBridge.Media.Jitter;

/// <summary>Says how much time should leave the sound or be put into it, from when the packets came and when they were needed.</summary>
/// <remarks>
/// Four times a second it looks at the slack (see <see cref="SlackSummary"/>) of the last 2 s:
/// <list type="bullet">
/// <item>What all packets but one could spare leaves at once: one late packet in 2 s is better than a delay for all. A line that
/// is calm but for such packets keeps its last frame for a while, longer each time that it had to be put back, and shorter again
/// when four times that while went by without.</item>
/// <item>When two packets came too late, the delay grows by what the second was short of.</item>
/// <item>When the least slack of the last second has sunk under 1 ms, as a slow clock of the sender makes it, a frame is put in
/// before anything is missing.</item>
/// </list>
/// Times are in samples since the stream began. A caller that knows of an arrival only at which read it was there gives steps of
/// a frame; this is noticed, and slack is then not trusted within a step.
/// </remarks>
internal struct DelayControl
{
    private const int WindowSeconds = 2;
    private const int ChecksPerSecond = 4;
    private const int ShortestHoldMs = 375;
    private const int LongestHoldMs = 24_000;
    private const int HoldFactor = 4;

    // A hold that nobody needed for so many times its length is longer than this line is worth.
    private const int HoldsToFade = 4;

    // One of fifty may be late; of fewer packets, which are longer, none.
    private const int PacketsForOneLate = 50;

    // The loop's own lateness is left out by taking the most timely of so many reads.
    private const int ReadsForLag = 4;

    private readonly ArrivalWindow _arrivals;
    private readonly int _rate;
    private readonly int _margin;
    private readonly int _comfort;
    private readonly int _usualFrame;
    private readonly int _maxDelay;
    private long _lag;
    private int _reads;
    private int _sinceCheck;
    private long? _newestArrival;
    private bool _hasTrueArrival;
    private bool _hasCoarseArrival;
    private long _calmest;
    private int _holdMs;
    private long _held;
    private long _sinceNeeded;
    private int _averageSixtyFourths;

    public DelayControl(int sampleRateHz, int maxDelay)
    {
        _arrivals = new ArrivalWindow();
        _rate = sampleRateHz;
        _margin = sampleRateHz / 1000;
        _comfort = sampleRateHz / 1000;
        _usualFrame = sampleRateHz / 50;
        _maxDelay = maxDelay;
        _holdMs = ShortestHoldMs;
        StartAgain();
    }

    /// <summary>Sound that should leave; under 0 as much should be put in [samples].</summary>
    public int Surplus { get; private set; }

    /// <summary>Time is short: it should be put in even where it is heard.</summary>
    public bool IsUrgent { get; private set; }

    /// <summary>Least slack of the last 2 s [samples]; null when not known.</summary>
    public int? LeastSlack { get; private set; }

    /// <summary>Audio usually left after a read [samples].</summary>
    public readonly int UsualRest => _averageSixtyFourths >> 6;

    /// <summary>Asks the processor for the memory that the next packet is noted in.</summary>
    public readonly void FetchPlaceOfNext() => _arrivals.FetchPlaceOfNext();

    /// <summary>A new stream: nothing is known of it.</summary>
    public void Reset()
    {
        _averageSixtyFourths = 0;
        StartAgain();
    }

    /// <summary>The sender's time has jumped against ours, or the stream went on after a pause: earlier arrivals say nothing of it.</summary>
    public void StartAgain()
    {
        _arrivals.Clear();
        Surplus = 0;
        LeastSlack = null;
        _calmest = long.MaxValue;
        OnMoved();
    }

    /// <summary>Takes a packet of the stream, in time or not; not one that was here before.</summary>
    public void OnPacket(long start, long arrival)
    {
        _newestArrival = arrival;
        _arrivals.Add(new Arrival(start, arrival), _usualFrame / 2);
    }

    /// <summary>Takes the begin of a read.</summary>
    /// <param name="now">Its time.</param>
    /// <param name="play">Its first sample.</param>
    /// <param name="frame">Its length [samples].</param>
    public void OnRead(long now, long play, int frame)
    {
        _lag = Math.Min(_lag, now - play);
        if (_newestArrival is { } arrival)
        {
            _hasCoarseArrival |= arrival == now;
            _hasTrueArrival |= arrival != now;
            _newestArrival = null;
        }

        _held += frame;
        _sinceNeeded += frame;
        _sinceCheck += frame;
        if (++_reads >= ReadsForLag && _sinceCheck >= _rate / ChecksPerSecond)
        {
            Check(now, play, frame);
            _sinceCheck = 0;
            _hasTrueArrival = false;
            _hasCoarseArrival = false;
            OnMoved();
        }
    }

    /// <summary>Takes what received audio is left after some was read [samples].</summary>
    public void OnRest(int rest) => _averageSixtyFourths += rest - (_averageSixtyFourths >> 6);

    /// <summary>Sound has left; under 0 it was put in.</summary>
    public void OnStretched(int removed)
    {
        Surplus = removed > 0 ? Math.Max(0, Surplus - removed) : Math.Min(0, Surplus - removed);
        _averageSixtyFourths = Math.Max(0, _averageSixtyFourths - (removed << 6));
        OnMoved();
    }

    /// <summary>The delay had to grow because a packet was late.</summary>
    public void OnGrown()
    {
        _holdMs = Math.Min(LongestHoldMs, HoldFactor * _holdMs);
        HoldAgain();
        _sinceNeeded = 0;
        Surplus = 0;
        OnMoved();
    }

    /// <summary>The reader has moved its time within the period: what was late for that says nothing of the line.</summary>
    public void OnReaderMoved()
    {
        _holdMs = ShortestHoldMs;
        OnMoved();
    }

    /// <summary>The play point was moved: how far it lies behind is to be measured again.</summary>
    private void OnMoved()
    {
        _lag = long.MaxValue;
        _reads = 0;
    }

    private void Check(long now, long play, int frame)
    {
        bool isCoarse = _hasCoarseArrival && !_hasTrueArrival;
        SlackSummary slack = SlackSummary.Of(
            _arrivals, now, WindowSeconds * _rate, play, _lag, frame, isCoarse ? 0 : _comfort, isCoarse ? frame / 4 : 0);
        if (slack.Count == 0)
        {
            Surplus = Math.Min(0, Surplus);
            return;
        }

        LeastSlack = (int)Math.Clamp(slack.LeastSlack, -_maxDelay, _maxDelay);
        if (slack.LeastOffset + (frame * Math.Floor((double)slack.LeastSlack / frame)) <= 0)
        {
            HoldAgain();        // somebody would have been late without what is held; one that would only have been near is no reason
            _sinceNeeded = slack.Count > 1 && slack.SecondSlack >= frame ? 0 : _sinceNeeded;
        }

        if (_sinceNeeded > HoldsToFade * Samples(_holdMs))
        {
            _holdMs = Math.Max(ShortestHoldMs, _holdMs / 2);
            _sinceNeeded = 0;
        }

        if (slack.Count > 1 && slack.SecondSlack < 0)
        {
            long frames = (frame - 1 - slack.SecondSlack) / frame;
            Surplus = (int)Math.Max(-_maxDelay, slack.SecondOffset - (frames * frame));
            IsUrgent = true;
        }
        else if (!isCoarse && IsSinking(slack))
        {
            Surplus = slack.LeastOffset - frame;
            IsUrgent = slack.NewSlack < _margin / 4;
        }
        else
        {
            Surplus = slack.IsWhole ? SpareOf(slack, frame) : 0;
        }
    }

    private bool IsSinking(in SlackSummary slack)
    {
        _calmest = Math.Min(_calmest, slack.NewLateness);
        long sunk = slack.NewLateness - _calmest;

        // A line that has always been as near as this is left alone.
        return slack.LeastSlack >= 0 && slack.NewSlack < _margin && sunk > 0 && sunk >= slack.NewSlack;
    }

    private int SpareOf(in SlackSummary slack, int frame)
    {
        long spare = slack.Count < PacketsForOneLate ? slack.LeastSpare : slack.SecondSpare;
        if (slack.Spread <= frame / 2 && _held < Samples(_holdMs))
        {
            spare -= frame;
        }

        return (int)Math.Clamp(spare, 0, _maxDelay);
    }

    private void HoldAgain() => _held = 0;

    private readonly long Samples(int milliseconds) => (long)milliseconds * _rate / 1000;
}
