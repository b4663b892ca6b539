using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Api.Calls;

/// <summary>The record of a call, as the API shows it.</summary>
/// <param name="Id">Its name; in the order of arrival.</param>
/// <param name="Leg">Its number in the log lines; null when it was refused before it got one.</param>
/// <param name="Trunk">Its trunk, <c>stranger</c> when the source belongs to none.</param>
/// <param name="Direction"><c>inbound</c>: the telephone called the bridge; <c>outbound</c>: the bridge the telephone.</param>
/// <param name="Caller">The caller's number, masked; null when hidden or unknown.</param>
/// <param name="Called">The number that was called, masked when the bridge called it; null when what was dialled is no number, or may be a PIN.</param>
/// <param name="Transport"><c>udp</c>, <c>tcp</c> …</param>
/// <param name="ArrivedAt">When the INVITE came.</param>
/// <param name="AnsweredAt">When it was answered; null when it never was.</param>
/// <param name="EndedAt">When it ended; null while it lasts, and when the bridge died before it.</param>
/// <param name="SetupMs">From the INVITE to the answer [ms].</param>
/// <param name="Room">The room that it got into, also if only to wait.</param>
/// <param name="Role">As what it got into the room.</param>
/// <param name="Codec">The voice codec.</param>
/// <param name="End">Why it ended; null while it lasts.</param>
/// <param name="SipStatus">The status by which it was refused; null when it was not.</param>
/// <param name="LossPercent">Packets of the caller that did not come, 0 to 100.</param>
/// <param name="JitterMs">Interarrival jitter at the end [ms].</param>
/// <param name="RFactor">Estimated rating at the end of what the others heard (ITU-T G.107), 0 to 100.</param>
/// <param name="AskedBy">Name of the API key that asked for the call; null for one that came in.</param>
public sealed record CallBody(
    string Id,
    long? Leg,
    string Trunk,
    CallDirection Direction,
    string? Caller,
    string? Called,
    string Transport,
    DateTimeOffset ArrivedAt,
    DateTimeOffset? AnsweredAt,
    DateTimeOffset? EndedAt,
    double? SetupMs,
    RoomId? Room,
    Role? Role,
    string? Codec,
    CallEnd? End,
    int? SipStatus,
    double? LossPercent,
    double? JitterMs,
    double? RFactor,
    string? AskedBy)
{
    /// <summary>Makes the API's form.</summary>
    internal static CallBody From(CallRecord call) => new(
        call.Id.ToString(),
        call.Leg,
        call.Trunk,
        call.Direction,
        call.Caller,
        call.Called,
        TransportOf(call),
        call.ArrivedAt,
        call.AnsweredAt,
        call.EndedAt,
        call.SetupMs,
        call.Room,
        call.Role,
        call.Codec,
        call.End,
        call.SipStatus,
        call.LossPercent,
        call.JitterMs,
        call.RFactor,
        call.AskedBy);

    /// <summary>The transport's name in this API.</summary>
    internal static string TransportOf(CallRecord call) => call.Transport.ToString().ToLowerInvariant();
}

/// <summary>A page of calls.</summary>
/// <param name="Calls">In the order of arrival.</param>
/// <param name="Next">Give this as <c>after</c> for the next page; null: this was the last.</param>
public sealed record CallPage(IReadOnlyList<CallBody> Calls, string? Next);
