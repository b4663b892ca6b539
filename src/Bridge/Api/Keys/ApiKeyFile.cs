using System.Text.Json;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Api.Keys;

/// <summary>The API's keys in the data folder: the hashes in one file, and the first key's text in another, for its owner to take away.</summary>
/// <remarks>
/// Without <c>api-keys.json</c> a new key is drawn, which also is the way to renew a lost one. <c>api-key.txt</c> may be deleted
/// once the key is kept elsewhere; the bridge never reads it.
/// </remarks>
internal sealed partial class ApiKeyFile(IOptions<StorageOptions> storage, ILogger<ApiKeyFile> logger)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where the text of the first key was put.</summary>
    public string KeyPath => storage.Value.PathOf("api-key.txt");

    private string HashesPath => storage.Value.PathOf("api-keys.json");

    /// <summary>Reads the keys, after drawing the first one when there is none.</summary>
    /// <exception cref="ConfigurationException">The folder or the file cannot be used.</exception>
    public ApiKeys Load()
    {
        try
        {
            Directory.CreateDirectory(storage.Value.PathOf(""), OwnerOnly | UnixFileMode.UserExecute);
            if (!File.Exists(HashesPath))
            {
                string key = ApiKeys.Draw();
                WriteWhole(KeyPath, key + "\n"); // first, so that a crash in between leaves no hash of a key that nobody has
                WriteWhole(HashesPath, JsonSerializer.Serialize<ApiKey[]>([ApiKeys.Keep("admin", key)], JsonSerializerOptions.Web));
                Log.Drawn(logger, KeyPath);
            }

            return new ApiKeys(JsonSerializer.Deserialize<ApiKey[]>(File.ReadAllText(HashesPath), JsonSerializerOptions.Web) ?? []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"Storage:Folder: {e.Message}"]);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new ConfigurationException([$"{HashesPath}: holds no list of key hashes; delete it to have a new key drawn."]);
        }
    }

    // A crash leaves the old file or the new one, never half of one.
    private static void WriteWhole(string path, string text)
    {
        string beside = path + ".new";
        File.Delete(beside);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using (FileStream file = new(beside, options))
        using (StreamWriter writer = new(file))
        {
            writer.Write(text);
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1300, EventName = "ApiKeyDrawn", Level = LogLevel.Information, Message = "A new API key was drawn; its text is in {Path}")]
        public static partial void Drawn(ILogger logger, string path);
    }
}
