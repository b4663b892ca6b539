using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Storage;

/// <summary>A key to the API, without the key itself.</summary>
/// <param name="Id">Its name for machines.</param>
/// <param name="Name">Its name for people and records.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="RevokedAt">When it was revoked; null while it opens.</param>
public sealed record ApiKey(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt);

/// <summary>A key just made: the only moment at which its text is known.</summary>
/// <param name="Key">What was kept.</param>
[DebuggerDisplay("***")]
public sealed record NewApiKey(ApiKey Key)
{
    private readonly string _text = "";

    internal NewApiKey(ApiKey key, string text)
        : this(key) => _text = text;

    /// <summary>The text to hand to the user, once.</summary>
    public string Reveal() => _text;

    /// <summary>Never the text.</summary>
    public override string ToString() => $"{Key.Name}: ***";
}

/// <summary>Keys to the API: kept as keyed digests (HMAC-SHA-256), checked from memory. Any thread.</summary>
public sealed class ApiKeys
{
    /// <summary>What every key begins with, so that scanners of leaked secrets know it.</summary>
    public const string Prefix = "pbk_";

    /// <summary>Longest name [UTF-16 units].</summary>
    public const int MaxNameLength = 80;

    private readonly BridgeDatabase _database;
    private readonly byte[] _digestKey;
    private ImmutableDictionary<string, ApiKey> _byDigest;

    internal ApiKeys(BridgeDatabase database, BridgeSecrets secrets)
    {
        _database = database;
        _digestKey = secrets.ApiKeyDigestKey.ToArray();
        using BridgeDbContext reader = database.Read();
        _byDigest = reader.ApiKeys.AsEnumerable().ToImmutableDictionary(row => Convert.ToHexString(row.Digest), ToKey);
    }

    /// <summary>All keys, revoked ones too, oldest first.</summary>
    public IReadOnlyList<ApiKey> List() => [.. Volatile.Read(ref _byDigest).Values.OrderBy(key => key.CreatedAt).ThenBy(key => key.Id)];

    /// <summary>The key that a request presents, or null when it opens nothing. From memory.</summary>
    /// <remarks>Looked up by a keyed digest, so that the time it takes tells nothing of any key.</remarks>
    public ApiKey? Verify(string? presented) =>
        presented is { Length: > 0 and <= 200 }
        && Volatile.Read(ref _byDigest).GetValueOrDefault(Convert.ToHexString(Digest(presented))) is { RevokedAt: null } key
            ? key
            : null;

    /// <summary>Makes a key of 256 random bits; the task ends when it is on disk.</summary>
    /// <param name="name">For people; cleaned, and "API" when nothing is left.</param>
    /// <param name="at">Wall time.</param>
    /// <exception cref="StorageException">It could not be kept.</exception>
    public async Task<NewApiKey> CreateAsync(string name, DateTimeOffset at)
    {
        string text = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        string clean = SpokenText.Clean(name, MaxNameLength);
        ApiKeyRow row = new()
        {
            Id = Guid.NewGuid().ToString("N"),
            Name = clean.Length == 0 ? "API" : clean,
            Digest = Digest(text),
            CreatedAt = at.ToUnixTimeMilliseconds(),
        };
        ApiKey key = await _database.Writer.WriteAsync(
            database =>
            {
                database.ApiKeys.Add(row);
                return ToKey(row);
            },
            kept => Volatile.Write(ref _byDigest, _byDigest.Add(Convert.ToHexString(row.Digest), kept))).ConfigureAwait(false);
        return new NewApiKey(key, text);
    }

    /// <summary>Revokes a key: it opens nothing from the end of the task on.</summary>
    /// <returns>False when there is no such key that still opens.</returns>
    /// <exception cref="StorageException">It could not be kept.</exception>
    public async Task<bool> RevokeAsync(string id, DateTimeOffset at) => await _database.Writer.WriteAsync(
        database =>
        {
            if (database.ApiKeys.Find(id) is not { RevokedAt: null } row)
            {
                return null;
            }

            row.RevokedAt = at.ToUnixTimeMilliseconds();
            return row;
        },
        row =>
        {
            if (row is not null)
            {
                Volatile.Write(ref _byDigest, _byDigest.SetItem(Convert.ToHexString(row.Digest), ToKey(row)));
            }
        }).ConfigureAwait(false) is not null;

    private byte[] Digest(string text) => HMACSHA256.HashData(_digestKey, Encoding.UTF8.GetBytes("phonebridge api key 1:" + text));

    private static ApiKey ToKey(ApiKeyRow row) => new(
        row.Id,
        row.Name,
        DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
        row.RevokedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
}
