namespace PhoneBridge.Media.Jitter;

/// <summary>What the last arrivals say of the delay that is played with. All in samples.</summary>
/// <remarks>
/// A packet's slack is the time between its arrival and the read that needs its first sample. The sound between that read's start
/// and the sample is the packet's offset: this much may leave without the packet being needed any earlier; each further
/// frame makes it needed one read earlier. So a packet could spare its offset and as many frames as its slack is long.
/// </remarks>
internal struct SlackSummary
{
    public SlackSummary()
    {
    }

    /// <summary>Packets looked at.</summary>
    public int Count { get; private set; }

    /// <summary>Whether they reach back over half of the window.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>What every packet could spare.</summary>
    public long LeastSpare { get; private set; } = long.MaxValue;

    /// <summary>What all packets but one could spare.</summary>
    public long SecondSpare { get; private set; } = long.MaxValue;

    /// <summary>Least slack of all.</summary>
    public long LeastSlack { get; private set; } = long.MaxValue;

    /// <summary>Offset of the packet with the least slack.</summary>
    public int LeastOffset { get; private set; }

    /// <summary>Least slack of all packets but one.</summary>
    public long SecondSlack { get; private set; } = long.MaxValue;

    /// <summary>Offset of that packet.</summary>
    public int SecondOffset { get; private set; }

    /// <summary>Least slack of the newer half of the window.</summary>
    public long NewSlack { get; private set; } = long.MaxValue;

    /// <summary>Greatest lateness of the newer half of the window.</summary>
    public long NewLateness { get; private set; } = long.MinValue;

    /// <summary>How far the arrivals lie apart, one of them left out.</summary>
    public readonly long Spread => Count < 2 ? 0 : _secondLateness - _leastLateness;

    private long _leastLateness = long.MaxValue;
    private long _greatestLateness = long.MinValue;
    private long _secondLateness = long.MinValue;

    /// <summary>Looks at the arrivals of a window's time.</summary>
    /// <param name="arrivals">All that are kept.</param>
    /// <param name="now">The time.</param>
    /// <param name="window">Length of the window.</param>
    /// <param name="play">First sample of the coming read.</param>
    /// <param name="lag">How far reads lie behind the sender's time: time of a read less its first sample.</param>
    /// <param name="frame">Length of a read.</param>
    /// <param name="comfort">Slack that is not to be spared.</param>
    /// <param name="tolerance">How much too small slack may be measured.</param>
    public static SlackSummary Of(ArrivalWindow arrivals, long now, int window, long play, long lag, int frame, int comfort, int tolerance)
    {
        SlackSummary summary = new();
        long newer = long.MinValue;
        int offset = 0;
        long wholeFrames = 0;
        for (int age = 0; age < arrivals.Count && arrivals[age].At >= now - window; age++)
        {
            Arrival arrival = arrivals[age];

            // Most packets are a frame long and lie like the one before: two divisions less.
            offset = newer - arrival.Start == frame ? offset : (int)Modulo(arrival.Start - play, frame);
            newer = arrival.Start;
            long slack = lag - offset - arrival.Lateness + tolerance;
            long over = slack - comfort - wholeFrames;
            wholeFrames += over >= 0 && over < frame ? 0 : over - Modulo(over, frame);
            summary.TakeSpare(offset + wholeFrames);
            summary.TakeSlack(slack, offset);
            summary.TakeLateness(arrival.Lateness);
            summary.IsWhole = arrival.At <= now - (window / 2);
            if (!summary.IsWhole)
            {
                summary.NewSlack = summary.LeastSlack;
                summary.NewLateness = summary._greatestLateness;
            }

            summary.Count++;
        }

        return summary;
    }

    private void TakeSpare(long spare)
    {
        if (spare < LeastSpare)
        {
            (LeastSpare, SecondSpare) = (spare, LeastSpare);
        }
        else
        {
            SecondSpare = Math.Min(SecondSpare, spare);
        }
    }

    private void TakeSlack(long slack, int offset)
    {
        if (slack < LeastSlack)
        {
            (SecondSlack, SecondOffset) = (LeastSlack, LeastOffset);
            (LeastSlack, LeastOffset) = (slack, offset);
        }
        else if (slack < SecondSlack)
        {
            (SecondSlack, SecondOffset) = (slack, offset);
        }
    }

    private void TakeLateness(long lateness)
    {
        _leastLateness = Math.Min(_leastLateness, lateness);
        if (lateness > _greatestLateness)
        {
            (_greatestLateness, _secondLateness) = (lateness, _greatestLateness);
        }
        else
        {
            _secondLateness = Math.Max(_secondLateness, lateness);
        }
    }

    private static long Modulo(long value, long by)
    {
        long rest = value % by;
        return rest < 0 ? rest + by : rest;
    }
}
