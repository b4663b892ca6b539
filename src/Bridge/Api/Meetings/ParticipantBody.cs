using PhoneBridge.Bridge.Conference;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Api.Meetings;

/// <summary>One participant, as the API shows it.</summary>
/// <param name="Id">Name for requests; random, another one in the next meeting.</param>
/// <param name="Role">What the PIN gave.</param>
/// <param name="Label">Name in the list; may be empty.</param>
/// <param name="Number">Masked number; null when hidden.</param>
/// <param name="ArrivedAt">When the right PIN was keyed.</param>
/// <param name="AdmittedAt">When the caller came into the mix; null while waiting.</param>
/// <param name="WaitsFor">What is waited for; null when admitted.</param>
/// <param name="Mutes">Why the microphone is closed: self, moderator, lock; empty when it is open.</param>
/// <param name="IsAskedToUnmute">A moderator asked to open the microphone and the caller has not answered yet.</param>
/// <param name="IsTalking">Is heard speaking now.</param>
/// <param name="IsOnHold">The caller's telephone has us on hold.</param>
/// <param name="Disturbance">What the line is ducked for: none, tone, music, noise.</param>
/// <param name="IsLineBad">The line is so bad that the others have trouble to understand.</param>
/// <param name="Line">Codec and quality of the line; null when not known.</param>
public sealed record ParticipantBody(
    ParticipantId Id,
    Role Role,
    string Label,
    string? Number,
    DateTimeOffset ArrivedAt,
    DateTimeOffset? AdmittedAt,
    WaitReason? WaitsFor,
    IReadOnlyList<MuteCauses> Mutes,
    bool IsAskedToUnmute,
    bool IsTalking,
    bool IsOnHold,
    DisturbingSound Disturbance,
    bool IsLineBad,
    ParticipantLine? Line)
{
    /// <summary>Makes the API's form.</summary>
    public static ParticipantBody From(Participant participant, ParticipantLine? line) => new(
        participant.Id,
        participant.Role,
        participant.Label,
        participant.MaskedNumber,
        participant.ArrivedAt.Wall,
        participant.AdmittedAt?.Wall,
        participant.Waits,
        Causes(participant.Mutes),
        participant.IsAskedToUnmute,
        participant.IsTalking,
        participant.IsOnHold,
        participant.Disturbance,
        participant.IsLineBad,
        line);

    /// <summary>The causes one by one.</summary>
    internal static IReadOnlyList<MuteCauses> Causes(MuteCauses causes) =>
        [.. Enum.GetValues<MuteCauses>().Where(c => c != MuteCauses.None && causes.HasFlag(c))];
}
