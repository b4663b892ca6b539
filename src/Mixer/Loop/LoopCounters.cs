namespace PhoneBridge.Mixer.Loop;

/// <summary>What one loop has done. Written by the loop alone, read by anyone: each number is whole, all are of slightly different moments.</summary>
internal sealed class LoopCounters
{
    public long Ticks;
    public long LateOver1Ms;
    public long LateOver5Ms;
    public long CaughtUp;
    public long Skipped;
    public long MaxLatenessMicroseconds;
    public long PacketsIn;
    public long PacketsOut;
    public long SendFailures;
    public long DroppedForeignSource;
    public long DroppedMalformed;
    public long DroppedUnconfigured;
    public long DroppedNotAuthentic;
    public long DroppedReplayed;
    public long SoundsDropped;
    public long AllocatedBytes;
    public int RealTimeRefused;
    public long Faults;
    public Exception? LastFault;

    /// <summary>Takes note of how late the loop woke for a slot, and of the periods it skips for it.</summary>
    public void CountWakeUp(TimeSpan lateness, long skippedPeriods)
    {
        Ticks++;
        Skipped += skippedPeriods;
        MaxLatenessMicroseconds = Math.Max(MaxLatenessMicroseconds, lateness.Ticks / TimeSpan.TicksPerMicrosecond);
        switch (lateness.TotalMilliseconds)
        {
            case > 20 when skippedPeriods == 0:
                CaughtUp++;
                break;
            case > 5 and <= 20:
                LateOver5Ms++;
                break;
            case > 1 and <= 5:
                LateOver1Ms++;
                break;
        }
    }

    /// <summary>All loops together. Any thread.</summary>
    public static MediaEngineCounters Sum(LoopCounters[] loops)
    {
        MediaEngineCounters sum = default;
        foreach (LoopCounters loop in loops)
        {
            sum = sum with
            {
                Faults = sum.Faults + Volatile.Read(ref loop.Faults),
                LastFault = Volatile.Read(ref loop.LastFault) ?? sum.LastFault,
                Ticks = sum.Ticks + Volatile.Read(ref loop.Ticks),
                LateOver1Ms = sum.LateOver1Ms + Volatile.Read(ref loop.LateOver1Ms),
                LateOver5Ms = sum.LateOver5Ms + Volatile.Read(ref loop.LateOver5Ms),
                CaughtUp = sum.CaughtUp + Volatile.Read(ref loop.CaughtUp),
                Skipped = sum.Skipped + Volatile.Read(ref loop.Skipped),
                MaxLatenessMicroseconds = Math.Max(sum.MaxLatenessMicroseconds, Volatile.Read(ref loop.MaxLatenessMicroseconds)),
                PacketsIn = sum.PacketsIn + Volatile.Read(ref loop.PacketsIn),
                PacketsOut = sum.PacketsOut + Volatile.Read(ref loop.PacketsOut),
                SendFailures = sum.SendFailures + Volatile.Read(ref loop.SendFailures),
                DroppedForeignSource = sum.DroppedForeignSource + Volatile.Read(ref loop.DroppedForeignSource),
                DroppedMalformed = sum.DroppedMalformed + Volatile.Read(ref loop.DroppedMalformed),
                DroppedUnconfigured = sum.DroppedUnconfigured + Volatile.Read(ref loop.DroppedUnconfigured),
                DroppedNotAuthentic = sum.DroppedNotAuthentic + Volatile.Read(ref loop.DroppedNotAuthentic),
                DroppedReplayed = sum.DroppedReplayed + Volatile.Read(ref loop.DroppedReplayed),
                AllocatedBytes = sum.AllocatedBytes + Volatile.Read(ref loop.AllocatedBytes),
                RealTimeRefused = sum.RealTimeRefused + Volatile.Read(ref loop.RealTimeRefused),
            };
        }

        return sum;
    }
}
