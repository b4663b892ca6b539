namespace PhoneBridge.Rooms.Meetings;

/// <summary>On whose word something happens.</summary>
/// <param name="Kind">What kind of one.</param>
/// <param name="Participant">The caller, when it is one.</param>
/// <param name="Name">The API key's name, when it is the API.</param>
public sealed record Actor(ActorKind Kind, ParticipantId? Participant = null, string? Name = null)
{
    /// <summary>The bridge itself: time, lost lines, the mixer's reports.</summary>
    public static Actor Bridge { get; } = new(ActorKind.Bridge);

    /// <summary>A caller, by key or by hanging up.</summary>
    public static Actor Caller(ParticipantId participant) => new(ActorKind.Caller, participant);

    /// <summary>A user of the API.</summary>
    /// <param name="name">The name of the key, for the records.</param>
    public static Actor Api(string name) => new(ActorKind.Api, Name: name);
}

/// <summary>Kinds of <see cref="Actor"/>.</summary>
public enum ActorKind
{
    /// <summary>The bridge itself.</summary>
    Bridge,

    /// <summary>A caller: may do what the role allows.</summary>
    Caller,

    /// <summary>The API, which checked the right already: may do what a moderator may.</summary>
    Api,
}
