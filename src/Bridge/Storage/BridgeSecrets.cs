using System.Diagnostics;
using System.Security.Cryptography;

namespace PhoneBridge.Bridge.Storage;

/// <summary>The keys that live outside the database. Printing it prints none of them.</summary>
[DebuggerDisplay("***")]
public sealed class BridgeSecrets
{
    /// <summary>Bytes of every key.</summary>
    public const int KeyLength = 32;

    private readonly byte[] _pinDigestKey, _pinEncryptionKey, _callerTagKey, _apiKeyDigestKey;

    internal BridgeSecrets(byte[] pinDigestKey, byte[] pinEncryptionKey, byte[] callerTagKey, byte[] apiKeyDigestKey)
    {
        Debug.Assert(
            Array.TrueForAll([pinDigestKey, pinEncryptionKey, callerTagKey, apiKeyDigestKey], key => key.Length == KeyLength),
            "every key has 32 bytes");
        (_pinDigestKey, _pinEncryptionKey, _callerTagKey, _apiKeyDigestKey) =
            (pinDigestKey, pinEncryptionKey, callerTagKey, apiKeyDigestKey);
    }

    /// <summary>Key of the digests by which PINs are looked up.</summary>
    public ReadOnlySpan<byte> PinDigestKey => _pinDigestKey;

    /// <summary>Key under which PINs are kept for their owners to read.</summary>
    public ReadOnlySpan<byte> PinEncryptionKey => _pinEncryptionKey;

    /// <summary>Key of the tags that stand for callers' numbers.</summary>
    public ReadOnlySpan<byte> CallerTagKey => _callerTagKey;

    /// <summary>Key of the digests by which API keys are looked up.</summary>
    public ReadOnlySpan<byte> ApiKeyDigestKey => _apiKeyDigestKey;

    /// <summary>Draws new keys from the cryptographic generator.</summary>
    public static BridgeSecrets Draw() => new(
        RandomNumberGenerator.GetBytes(KeyLength),
        RandomNumberGenerator.GetBytes(KeyLength),
        RandomNumberGenerator.GetBytes(KeyLength),
        RandomNumberGenerator.GetBytes(KeyLength));

    /// <summary>What the database keeps to know its own secrets again: depends on every key, tells none.</summary>
    public byte[] Fingerprint() =>
        HMACSHA256.HashData(
            _pinDigestKey,
            (byte[])[.. "phonebridge database 1:"u8, .. _pinEncryptionKey, .. _callerTagKey, .. _apiKeyDigestKey]);

    /// <summary>Always "***".</summary>
    public override string ToString() => "***";
}
