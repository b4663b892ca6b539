using System.Text;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Storage;

namespace PhoneBridge.Bridge.Api.Keys;

/// <summary>Hands the first API key to the operator: its text goes into a file that the bridge itself never reads.</summary>
/// <remarks>
/// The store keeps digests only. A marker file says that a key is being made: a crash before its text is safe leaves the marker,
/// and the next start revokes that key and makes another. The operator renews a lost key the same way, by making the marker.
/// </remarks>
internal sealed partial class ApiKeyFile(BridgeStorage storage, IOptions<StorageOptions> options, TimeProvider time, ILogger<ApiKeyFile> logger)
{
    private const string FirstKeyName = "admin";

    /// <summary>Where the text of the first key was put.</summary>
    public string KeyPath => options.Value.PathOf("api-key.txt");

    private string MarkerPath => options.Value.PathOf("api-key.renew");

    /// <summary>Makes the first key when no key opens the API, or when the marker asks for a new one. Before requests are served.</summary>
    /// <exception cref="StorageException">It could not be kept.</exception>
    public async Task EnsureKeyAsync()
    {
        ApiKeys keys = storage.ApiKeys;
        bool isRenewal = File.Exists(MarkerPath);
        ApiKey[] open = [.. keys.List().Where(k => k.RevokedAt is null)];
        if (open.Length != 0 && !isRenewal)
        {
            return;
        }

        DurableFile.Write(MarkerPath, []);
        foreach (ApiKey key in open.Where(k => k.Name == FirstKeyName))
        {
            await keys.RevokeAsync(key.Id, time.GetUtcNow()).ConfigureAwait(false);
        }

        NewApiKey made = await keys.CreateAsync(FirstKeyName, time.GetUtcNow()).ConfigureAwait(false);
        DurableFile.Write(KeyPath, Encoding.ASCII.GetBytes(made.Reveal() + "\n"));
        File.Delete(MarkerPath);
        Log.Made(logger, KeyPath);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1300, EventName = "ApiKeyMade", Level = LogLevel.Information, Message = "A new API key was made; its text is in {Path}")]
        public static partial void Made(ILogger logger, string path);
    }
}
