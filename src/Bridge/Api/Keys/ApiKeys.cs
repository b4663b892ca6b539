using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace PhoneBridge.Bridge.Api.Keys;

/// <summary>A key that opens the API, as it is kept: its hash.</summary>
/// <param name="Name">Name for logs and records.</param>
/// <param name="Sha256">SHA-256 of the key's text, in hexadecimal. A key holds 256 random bits, so a plain hash cannot be guessed back.</param>
public sealed record ApiKey(string Name, string Sha256);

/// <summary>The keys that open the API. Immutable; any thread.</summary>
public sealed class ApiKeys
{
    private const string Prefix = "pbk_";
    private readonly (string Name, byte[] Hash)[] _keys;

    /// <summary>Takes the kept form.</summary>
    /// <exception cref="FormatException">A hash is not hexadecimal.</exception>
    public ApiKeys(IEnumerable<ApiKey> keys) => _keys = [.. keys.Select(k => (k.Name, Convert.FromHexString(k.Sha256)))];

    /// <summary>Draws a new key from the cryptographic generator.</summary>
    public static string Draw() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The form in which a key is kept.</summary>
    public static ApiKey Keep(string name, string key) => new(name, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key))));

    /// <summary>The name of a key that was presented; null when it opens nothing. Takes the same time whichever it is.</summary>
    public string? NameOf(string presented)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(presented));
        string? found = null;
        foreach ((string name, byte[] kept) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, kept))
            {
                found = name;
            }
        }

        return found;
    }
}
