using System.Text.Json.Serialization;
using PhoneBridge.Bridge.Api.Meetings;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Api.Events;

/// <summary>One event of a meeting, as a stream shows it; fields that an event does not have are left out.</summary>
public sealed record EventBody
{
    /// <summary>What happened; also the name of the server-sent event.</summary>
    public required string Type { get; init; }

    /// <summary>Whose meeting.</summary>
    public required RoomId Room { get; init; }

    /// <summary>Which run.</summary>
    public required MeetingId Meeting { get; init; }

    /// <summary>Number of the event in its meeting, from 1 on, without gaps.</summary>
    public required long Revision { get; init; }

    /// <summary>Wall time.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>On whose word: <c>bridge</c>, <c>caller</c> or <c>api</c>.</summary>
    public required ActorKind By { get; init; }

    /// <summary>The caller on whose word it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ParticipantId? ByParticipant { get; init; }

    /// <summary>Who is concerned.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ParticipantId? Participant { get; init; }

    /// <summary>With which right.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Role? Role { get; init; }

    /// <summary>Name in the list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Label { get; init; }

    /// <summary>Masked number.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Number { get; init; }

    /// <summary>What is waited for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WaitReason? WaitsFor { get; init; }

    /// <summary>How someone left.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LeaveReason? LeaveReason { get; init; }

    /// <summary>Why the meeting ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EndReason? EndReason { get; init; }

    /// <summary>Why a newcomer's microphone is closed; empty: open.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MuteCauses>? Mutes { get; init; }

    /// <summary>Microphones that changed, all in one tick of the mixer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MuteChangeBody>? Changes { get; init; }

    /// <summary>Began (true) or ceased: talking, hold, a bad line, lock, the asking to unmute.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsOn { get; init; }

    /// <summary>What a line is ducked for; none: it is heard in full again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DisturbingSound? Disturbance { get; init; }

    /// <summary>Of a call that the bridge placed: name of its record.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Call { get; init; }

    /// <summary>Of a call that the bridge placed: how far it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DialOutState? CallState { get; init; }

    /// <summary>Of a call that the bridge placed: how it ended, as in its record.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CallEnd { get; init; }

    /// <summary>Of a call that the bridge placed: name of the API key that asked for it; with its first event.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AskedBy { get; init; }

    /// <summary>Time left until the longest duration [s].</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RemainingSeconds { get; init; }

    /// <summary>Makes the API's form.</summary>
    public static EventBody From(RoomId room, MeetingId meeting, MeetingEvent e)
    {
        EventBody body = new()
        {
            Type = "",
            Room = room,
            Meeting = meeting,
            Revision = e.Revision,
            At = e.At.Wall,
            By = e.By.Kind,
            ByParticipant = e.By.Participant,
        };
        return e switch
        {
            ParticipantWaiting w => body with { Type = "waiting", Participant = w.Participant, Role = w.Role, Label = w.Label, Number = w.MaskedNumber, WaitsFor = w.Reason },
            ParticipantAdmitted a => body with { Type = "admitted", Participant = a.Participant, Role = a.Role, Label = a.Label, Number = a.MaskedNumber, Mutes = ParticipantBody.Causes(a.Mutes) },
            WaitReasonChanged w => body with { Type = "waitReason", Participant = w.Participant, WaitsFor = w.Reason },
            ParticipantLeft l => body with { Type = "left", Participant = l.Participant, LeaveReason = l.Reason },
            ParticipantRenamed r => body with { Type = "renamed", Participant = r.Participant, Label = r.Label },
            MutesChanged m => body with { Type = "mutes", Changes = [.. m.Changes.Select(c => new MuteChangeBody(c.Participant, ParticipantBody.Causes(c.After)))] },
            UnmuteAskChanged u => body with { Type = "unmuteAsk", Participant = u.Participant, IsOn = u.IsAsked },
            TalkingChanged t => body with { Type = "talking", Participant = t.Participant, IsOn = t.IsTalking },
            HoldChanged h => body with { Type = "hold", Participant = h.Participant, IsOn = h.IsOnHold },
            DuckChanged d => body with { Type = "disturbance", Participant = d.Participant, Label = d.Label, Disturbance = d.Sound },
            LineChanged l => body with { Type = "badLine", Participant = l.Participant, Label = l.Label, IsOn = l.IsBad },
            MicrophoneLockChanged l => body with { Type = "microphoneLock", IsOn = l.IsLocked },
            MeetingLockChanged l => body with { Type = "lock", IsOn = l.IsLocked },
            DialOutChanged d => body with
            {
                Type = "dialOut", Call = d.Call, Number = d.MaskedNumber, CallState = d.State, CallEnd = d.Result, AskedBy = d.By.Name,
            },
            SettingsChanged => body with { Type = "settings" },
            MeetingStarted => body with { Type = "started" },
            DurationWarning d => body with { Type = "durationWarning", RemainingSeconds = (int)d.Remaining.TotalSeconds },
            MeetingEnded m => body with { Type = "ended", EndReason = m.Reason },
            _ => throw new InvalidOperationException($"{e.GetType().Name} has no form in the API."),
        };
    }
}

/// <summary>A microphone after a change.</summary>
/// <param name="Participant">Whose.</param>
/// <param name="Mutes">Why it is closed; empty: open.</param>
public sealed record MuteChangeBody(ParticipantId Participant, IReadOnlyList<MuteCauses> Mutes);
