using PhoneBridge.Bridge.Calls;
using PhoneBridge.Rooms;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.CallRecords;

/// <summary>Who began a call. Kept by name.</summary>
public enum CallDirection
{
    /// <summary>The telephone called the bridge.</summary>
    Inbound,

    /// <summary>The bridge called the telephone.</summary>
    Outbound,
}

/// <summary>What is kept of one call. Holds no full number of a caller and no PIN.</summary>
public sealed record CallRecord
{
    /// <summary>Its name.</summary>
    public required CallId Id { get; init; }

    /// <summary>Its number in the log lines, counted from 1 since the start of the bridge; null when it was refused before it got one.</summary>
    public long? Leg { get; init; }

    /// <summary>Its trunk, <c>stranger</c> when the source belongs to none.</summary>
    public required string Trunk { get; init; }

    /// <summary>Who began it.</summary>
    public required CallDirection Direction { get; init; }

    /// <summary>The caller's number, masked such as <c>+33 6 •• •• •• 21</c>; null when hidden or unknown.</summary>
    public string? Caller { get; init; }

    /// <summary>The number that was called, E.164; null when what was dialled is no number, or may be a PIN. Masked when the bridge called it.</summary>
    public string? Called { get; init; }

    /// <summary>Name of the API key that asked for the call; null for one that came in.</summary>
    public string? AskedBy { get; init; }

    /// <summary>The transport of its INVITE.</summary>
    public required SipTransportKind Transport { get; init; }

    /// <summary>When the INVITE came, or the call was asked for.</summary>
    public required DateTimeOffset ArrivedAt { get; init; }

    /// <summary>When it was answered; null when it never was.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When its end was decided or told; null while it lasts, and when the bridge died before it.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>From the INVITE to its 200 [ms].</summary>
    public double? SetupMs { get; init; }

    /// <summary>The room that it got into, also if only to wait; of a call that the bridge placed the one it was asked for.</summary>
    public RoomId? Room { get; init; }

    /// <summary>As what it got into the room.</summary>
    public Role? Role { get; init; }

    /// <summary>The voice codec's name in SDP, of the last negotiation.</summary>
    public string? Codec { get; init; }

    /// <summary>Why it ended; null while it lasts.</summary>
    public CallEnd? End { get; init; }

    /// <summary>The status by which it was refused; null when it was not.</summary>
    public int? SipStatus { get; init; }

    /// <summary>Packets of the caller that did not come, in the whole call, 0 to 100; null when none ever came.</summary>
    public double? LossPercent { get; init; }

    /// <summary>Interarrival jitter at the end [ms].</summary>
    public double? JitterMs { get; init; }

    /// <summary>Estimated rating at the end of what the others heard (E-model, ITU-T G.107), 0 to 100; null before anything was heard.</summary>
    public double? RFactor { get; init; }
}
