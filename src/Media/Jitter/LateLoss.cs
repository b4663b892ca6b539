namespace PhoneBridge.Media.Jitter;

/// <summary>Counts packets that came after audio behind them was played, and says when the delay should grow for them.</summary>
/// <remarks>One such packet in 4 s is an accident; the second asks for the time that it was short of, at most 40 ms at once.</remarks>
internal struct LateLoss(int clockRateHz)
{
    private readonly int _memory = 4 * clockRateHz;
    private readonly int _longestStep = clockRateHz / 25;
    private int _sinceLast = int.MaxValue;

    public void Reset() => _sinceLast = int.MaxValue;

    /// <summary>Takes the passing of time.</summary>
    public void OnRead(int samples) => _sinceLast = _sinceLast > _memory ? _sinceLast : _sinceLast + samples;

    /// <summary>Takes one packet that was dropped.</summary>
    /// <param name="lateness">How far the play point was past its start [samples].</param>
    /// <param name="growth">How much the delay should grow [samples].</param>
    public bool OnTooLate(int lateness, out int growth)
    {
        bool isFrequent = _sinceLast <= _memory;
        _sinceLast = 0;
        growth = isFrequent ? Math.Min(lateness, _longestStep) : 0;
        return growth > 0;
    }
}
