using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhoneBridge.Bridge.Storage;

/// <summary>The file with the bridge's keys: JSON, readable by its owner alone, made at the first start.</summary>
/// <remarks>Whoever loses it loses every PIN and API key of the database; whoever copies it with the database has them all.</remarks>
public static class SecretsFile
{
    /// <summary>Name in the data folder.</summary>
    public const string FileName = "secrets.json";

    private const UnixFileMode OthersRights =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads the file; draws new keys and writes them, to disk, when there is none.</summary>
    /// <exception cref="StorageException">The file is damaged, or others may read it.</exception>
    public static BridgeSecrets LoadOrCreate(string path)
    {
        if (File.Exists(path))
        {
            return Load(path);
        }

        BridgeSecrets secrets = BridgeSecrets.Draw();
        Content content = new(
            1,
            secrets.PinDigestKey.ToArray(),
            secrets.PinEncryptionKey.ToArray(),
            secrets.CallerTagKey.ToArray(),
            secrets.ApiKeyDigestKey.ToArray());
        DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(content, SecretsJson.Default.Content));
        return secrets;
    }

    private static BridgeSecrets Load(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OthersRights) != 0)
        {
            throw new StorageException($"Others than the owner may use the secrets file {path}. Repair: chmod 600 '{path}'");
        }

        try
        {
            Content? content = JsonSerializer.Deserialize(File.ReadAllBytes(path), SecretsJson.Default.Content);
            if (content is { Version: 1 }
                && Array.TrueForAll(
                    [content.PinDigestKey, content.PinEncryptionKey, content.CallerTagKey, content.ApiKeyDigestKey],
                    key => key?.Length == BridgeSecrets.KeyLength))
            {
                return new BridgeSecrets(content.PinDigestKey, content.PinEncryptionKey, content.CallerTagKey, content.ApiKeyDigestKey);
            }
        }
        catch (JsonException)
        {
            // Not passed on: the parser's message may quote what it read.
        }

        throw new StorageException($"The secrets file {path} is damaged or of another version. Put back the copy that belongs to the database.");
    }

    internal sealed record Content(int Version, byte[] PinDigestKey, byte[] PinEncryptionKey, byte[] CallerTagKey, byte[] ApiKeyDigestKey);
}

/// <summary>Reads and writes the secrets file without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SecretsFile.Content))]
internal sealed partial class SecretsJson : JsonSerializerContext;
