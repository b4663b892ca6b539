namespace PhoneBridge.Media.Jitter;

/// <summary>What became of a packet put into the jitter buffer.</summary>
public enum JitterOutcome : byte
{
    /// <summary>It waits for its turn.</summary>
    Stored,

    /// <summary>It came after its turn; the playout delay grew so that it is played after all.</summary>
    StoredLate,

    /// <summary>The timestamps began anew; playout follows from this packet.</summary>
    Restarted,

    /// <summary>Already here or played.</summary>
    Duplicate,

    /// <summary>Later audio was played already.</summary>
    TooLate,

    /// <summary>Empty or longer than 100 ms.</summary>
    BadLength,
}
