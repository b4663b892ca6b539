using PhoneBridge.Bridge.DialOut;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Api.Meetings;

/// <summary>Whom to ring.</summary>
public sealed record DialOutOrder
{
    /// <summary>The number in E.164 form: <c>+</c> and 7 to 15 digits, such as <c>+33612345678</c>.</summary>
    public string? Number { get; init; }
}

/// <summary>A call that the bridge placed to bring somebody into a meeting.</summary>
/// <param name="Id">Name of its record, under which <c>/calls</c> has it for good.</param>
/// <param name="Number">Masked number.</param>
/// <param name="State">How far it is; ended calls are in <c>/calls</c> only.</param>
/// <param name="AskedBy">Name of the API key that asked for it.</param>
/// <param name="AskedAt">When.</param>
/// <param name="Trunk">The trunk that it goes by.</param>
public sealed record DialOutBody(string Id, string Number, DialOutState State, string AskedBy, DateTimeOffset AskedAt, string Trunk)
{
    /// <summary>Makes the API's form.</summary>
    internal static DialOutBody From(Invitation invitation) =>
        new(invitation.Id.ToString(), invitation.MaskedNumber, invitation.State, invitation.AskedBy, invitation.AskedAt, invitation.Trunk);
}
