using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Attendance;
using PhoneBridge.Rooms.Guessing;
using PhoneBridge.Rooms.Meetings;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Storage;

/// <summary>The one row by which a database knows the secrets that it belongs to.</summary>
internal sealed class IdentityRow
{
    public int Id { get; set; }

    public required byte[] Fingerprint { get; set; }
}

/// <summary>A room, without its PINs. Times are Unix milliseconds, lengths are milliseconds.</summary>
internal sealed class RoomRow
{
    /// <summary>Order of making.</summary>
    public long Number { get; set; }

    public required string Id { get; set; }

    public required string Title { get; set; }

    public long CreatedAt { get; set; }

    public long ChangedAt { get; set; }

    public long Version { get; set; }

    public RoomLanguage Language { get; set; }

    public bool MuteOnEntry { get; set; }

    public bool MicsLocked { get; set; }

    public int MaxParticipants { get; set; }

    public long MaxDuration { get; set; }

    public bool RequireModerator { get; set; }

    public long WaitingReminder { get; set; }

    public long MaxWait { get; set; }
}

/// <summary>A PIN that is live, or that rests. One table, so that one key keeps both unique.</summary>
internal sealed class PinRow
{
    public required byte[] Digest { get; set; }

    /// <summary>The room; its row is gone when the PIN rests after a deletion.</summary>
    public required string RoomId { get; set; }

    public Role Role { get; set; }

    /// <summary>For the owner to read; null once it rests.</summary>
    public byte[]? Encrypted { get; set; }

    /// <summary>When it may be drawn again; null while live.</summary>
    public long? RestsUntil { get; set; }
}

/// <summary>A line of the brake's journal.</summary>
internal sealed class BrakeRow
{
    public long Id { get; set; }

    public long At { get; set; }

    public GuessRecordKind Kind { get; set; }

    public byte[]? Caller { get; set; }

    public required string Trunk { get; set; }
}

/// <summary>A line of the attendance journal; see <see cref="AttendanceEntry"/>.</summary>
internal sealed class AttendanceRow
{
    public required string Meeting { get; set; }

    public long Revision { get; set; }

    public int Part { get; set; }

    public required string Room { get; set; }

    public long At { get; set; }

    public AttendanceKind Kind { get; set; }

    public ActorKind ByKind { get; set; }

    public string? ByParticipant { get; set; }

    public string? ByName { get; set; }

    public string? Participant { get; set; }

    public Role? Role { get; set; }

    public string? Label { get; set; }

    public string? MaskedNumber { get; set; }

    public MuteCauses? Mutes { get; set; }

    public LeaveReason? Reason { get; set; }

    public long? Stayed { get; set; }

    public long? Talked { get; set; }
}

/// <summary>A record of a call; see <see cref="CallRecord"/>. Enums that grow with the bridge are kept by name.</summary>
internal sealed class CallRow
{
    /// <summary>Ordered by arrival.</summary>
    public required string Id { get; set; }

    public long? Leg { get; set; }

    public required string Trunk { get; set; }

    public CallDirection Direction { get; set; }

    public string? Caller { get; set; }

    public string? Called { get; set; }

    public string? AskedBy { get; set; }

    public SipTransportKind Transport { get; set; }

    public long ArrivedAt { get; set; }

    public long? AnsweredAt { get; set; }

    public long? EndedAt { get; set; }

    public double? SetupMs { get; set; }

    public string? Room { get; set; }

    public Role? Role { get; set; }

    public string? Codec { get; set; }

    public CallEnd? End { get; set; }

    public int? SipStatus { get; set; }

    public double? LossPercent { get; set; }

    public double? JitterMs { get; set; }

    public double? RFactor { get; set; }
}

/// <summary>A key to the API: its digest only.</summary>
internal sealed class ApiKeyRow
{
    public required string Id { get; set; }

    public required string Name { get; set; }

    public required byte[] Digest { get; set; }

    public long CreatedAt { get; set; }

    public long? RevokedAt { get; set; }
}
