using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace PhoneBridge.Rooms;

/// <summary>Names one room for ever: 16 random bytes as 22 characters of base64url, safe in a URL.</summary>
/// <remarks>It is a name, not a secret: knowing it opens nothing.</remarks>
[JsonConverter(typeof(TextIdConverter<RoomId>))]
public readonly record struct RoomId : ITextId<RoomId>
{
    /// <summary>Length of the text form [characters].</summary>
    public const int Length = 22;

    private readonly string? _text;

    private RoomId(string text) => _text = text;

    /// <summary>Draws a new identifier from the cryptographic generator.</summary>
    public static RoomId NewRandom() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));

    /// <summary>Reads the text form. Never throws: false when it is not 22 characters of the base64url alphabet.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RoomId id)
    {
        if (text is null || text.Length != Length || text.AsSpan().ContainsAnyExcept(TextIds.Base64UrlAlphabet))
        {
            id = default;
            return false;
        }

        id = new RoomId(text);
        return true;
    }

    /// <summary>The text form; empty for the default value, which names no room.</summary>
    public override string ToString() => _text ?? "";
}
