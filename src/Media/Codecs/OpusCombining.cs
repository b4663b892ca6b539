namespace PhoneBridge.Media.Codecs;

/// <summary>What came of putting Opus packets together.</summary>
public enum OpusCombining
{
    /// <summary>One packet was written.</summary>
    Done,

    /// <summary>The packets differ in configuration (mode, bandwidth, frame length) or channels: no packet can hold both kinds.</summary>
    Different,

    /// <summary>Together they are longer than 120 ms.</summary>
    TooLong,

    /// <summary>The result does not fit into the room.</summary>
    NoRoom,

    /// <summary>No packet at all, or one that breaks a rule of RFC 6716 §3.4.</summary>
    Malformed,
}
