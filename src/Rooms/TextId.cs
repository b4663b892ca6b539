using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhoneBridge.Rooms;

/// <summary>An identifier that travels as text: in URLs, in JSON, in the database.</summary>
/// <typeparam name="TSelf">The identifier itself.</typeparam>
public interface ITextId<TSelf>
    where TSelf : struct, ITextId<TSelf>
{
    /// <summary>Reads the text form. Never throws: false when the text is not one.</summary>
    static abstract bool TryParse([NotNullWhen(true)] string? text, out TSelf id);
}

/// <summary>Writes an <see cref="ITextId{TSelf}"/> as a JSON string, and reads it back strictly.</summary>
/// <typeparam name="T">The identifier.</typeparam>
public sealed class TextIdConverter<T> : JsonConverter<T>
    where T : struct, ITextId<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && T.TryParse(reader.GetString(), out T id)
            ? id
            : throw new JsonException($"Not a {typeof(T).Name}.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>What the identifiers have in common.</summary>
internal static class TextIds
{
    /// <summary>RFC 4648 §5.</summary>
    internal static readonly SearchValues<char> Base64UrlAlphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
