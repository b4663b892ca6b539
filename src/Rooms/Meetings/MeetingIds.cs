using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace PhoneBridge.Rooms.Meetings;

/// <summary>Names one live run of a room. Random; a room's next run has another.</summary>
/// <param name="Value">The number itself.</param>
[JsonConverter(typeof(TextIdConverter<MeetingId>))]
public readonly record struct MeetingId(Guid Value) : ITextId<MeetingId>
{
    /// <summary>Draws a new identifier.</summary>
    public static MeetingId NewRandom() => new(Guid.NewGuid());

    /// <summary>Reads 32 hexadecimal digits. Never throws.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MeetingId id)
    {
        bool ok = Guid.TryParseExact(text, "N", out Guid value);
        id = new MeetingId(value);
        return ok;
    }

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("N");
}

/// <summary>Names one person in one meeting. Random, never made from the number: who calls twice is two participants.</summary>
/// <param name="Value">The number itself.</param>
[JsonConverter(typeof(TextIdConverter<ParticipantId>))]
public readonly record struct ParticipantId(Guid Value) : ITextId<ParticipantId>
{
    /// <summary>Draws a new identifier.</summary>
    public static ParticipantId NewRandom() => new(Guid.NewGuid());

    /// <summary>Reads 32 hexadecimal digits. Never throws.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ParticipantId id)
    {
        bool ok = Guid.TryParseExact(text, "N", out Guid value);
        id = new ParticipantId(value);
        return ok;
    }

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("N");
}
