namespace PhoneBridge.Benchmarks.Load;

/// <summary>What one phone received while the measurement ran.</summary>
internal struct PhoneCounters
{
    /// <summary>Voice packets.</summary>
    public long Packets;

    /// <summary>Packets that never came, by sequence number.</summary>
    public long Lost;

    /// <summary>Frames the bridge left out, by timestamp: it was so late that it skipped them.</summary>
    public long LeftOut;

    /// <summary>Times between two packets above <see cref="LoadReception.Gap"/>.</summary>
    public long Gaps;

    /// <summary>Longest time between two packets.</summary>
    public TimeSpan LongestGap;

    /// <summary>Markers of its room heard, its own not among them.</summary>
    public long Markers;

    /// <summary>Markers heard that it must not hear: its own, or such as nobody in its room had sent.</summary>
    public long WrongMarkers;

    /// <summary>Sums up.</summary>
    public static PhoneCounters operator +(PhoneCounters a, PhoneCounters b) => new()
    {
        Packets = a.Packets + b.Packets,
        Lost = a.Lost + b.Lost,
        LeftOut = a.LeftOut + b.LeftOut,
        Gaps = a.Gaps + b.Gaps,
        LongestGap = a.LongestGap > b.LongestGap ? a.LongestGap : b.LongestGap,
        Markers = a.Markers + b.Markers,
        WrongMarkers = a.WrongMarkers + b.WrongMarkers,
    };
}
