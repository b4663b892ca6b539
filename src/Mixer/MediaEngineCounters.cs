namespace PhoneBridge.Mixer;

/// <summary>What the media path has done since it started, and what it holds now. All loops together; each number is exact, they are not read at one instant.</summary>
public readonly record struct MediaEngineCounters
{
    /// <summary>Legs open now.</summary>
    public int Legs { get; init; }

    /// <summary>Conferences with at least one leg now.</summary>
    public int Conferences { get; init; }

    /// <summary>UDP sockets open now, RTP and RTCP.</summary>
    public int Sockets { get; init; }

    /// <summary>Port pairs that rest now.</summary>
    public int PortsResting { get; init; }

    /// <summary>Slots run: 1000 a second for each loop that has a leg.</summary>
    public long Ticks { get; init; }

    /// <summary>Slots that began more than 1, and up to 5, milliseconds late.</summary>
    public long LateOver1Ms { get; init; }

    /// <summary>Slots that began more than 5, and up to 20, milliseconds late.</summary>
    public long LateOver5Ms { get; init; }

    /// <summary>Slots that began more than 20 and up to 40 milliseconds late: caught up.</summary>
    public long CaughtUp { get; init; }

    /// <summary>Periods left out by a loop that was more than 40 milliseconds late: every leg of it lost one tick each time.</summary>
    public long Skipped { get; init; }

    /// <summary>Latest start of any slot [µs].</summary>
    public long MaxLatenessMicroseconds { get; init; }

    /// <summary>Datagrams received, good or bad, RTP and RTCP.</summary>
    public long PacketsIn { get; init; }

    /// <summary>Datagrams sent, RTP and RTCP.</summary>
    public long PacketsOut { get; init; }

    /// <summary>Datagrams the kernel refused to send: full queue, no route, peer's port closed.</summary>
    public long SendFailures { get; init; }

    /// <summary>Dropped: not from the source that is latched or signalled (RTP7).</summary>
    public long DroppedForeignSource { get; init; }

    /// <summary>Dropped: neither RTP nor RTCP, malformed, or of a payload type that was not negotiated (RTP2).</summary>
    public long DroppedMalformed { get; init; }

    /// <summary>Dropped: the leg was not configured yet.</summary>
    public long DroppedUnconfigured { get; init; }

    /// <summary>Dropped on a leg with SRTP: wrong key, garbled, in clear, or one source too many.</summary>
    public long DroppedNotAuthentic { get; init; }

    /// <summary>Dropped on a leg with SRTP: was here before, or is too old to tell.</summary>
    public long DroppedReplayed { get; init; }

    /// <summary>Commands for a leg or conference that is not there (any more).</summary>
    public long CommandsDropped { get; init; }

    /// <summary>Bytes that the loops' threads have allocated; stands still while nothing but audio flows.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>Turns of a loop that a defect of ours broke off; the loop went on with the next slot.</summary>
    public long Faults { get; init; }

    /// <summary>The latest of those defects; null when there was none.</summary>
    public Exception? LastFault { get; init; }

    /// <summary>Loops that asked for real-time scheduling and were refused.</summary>
    public int RealTimeRefused { get; init; }
}
