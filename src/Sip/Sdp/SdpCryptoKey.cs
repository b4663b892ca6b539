using System.Security.Cryptography;

namespace PhoneBridge.Sip.Sdp;

/// <summary>A master key with its salt, as SDP carries it. Never printed; kept where no collection leaves copies behind.</summary>
/// <remarks>
/// The text of a message that carries it cannot be wiped, and lives until it is collected: what is kept for longer is this.
/// Any thread, but <see cref="Erase"/>: by the one owner.
/// </remarks>
public sealed class SdpCryptoKey : IEquatable<SdpCryptoKey>
{
    private readonly byte[] _bytes;

    /// <summary>Takes a copy; the caller wipes what it has.</summary>
    public SdpCryptoKey(ReadOnlySpan<byte> keyAndSalt)
        : this(keyAndSalt.Length) => keyAndSalt.CopyTo(_bytes);

    private SdpCryptoKey(int length) => _bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true);

    /// <summary>Draws a key for a suite from the system's random source.</summary>
    public static SdpCryptoKey Random(SdpCryptoSuite suite)
    {
        SdpCryptoKey key = new(suite.KeyLength);
        RandomNumberGenerator.Fill(key._bytes);
        return key;
    }

    /// <summary>Key and salt, for the media path; zeros after <see cref="Erase"/>.</summary>
    public ReadOnlySpan<byte> Reveal() => _bytes;

    /// <summary>Overwrites the key.</summary>
    public void Erase() => CryptographicOperations.ZeroMemory(_bytes);

    /// <inheritdoc/>
    public bool Equals(SdpCryptoKey? other) => other is not null && CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SdpCryptoKey);

    /// <summary>Says nothing of the key.</summary>
    public override int GetHashCode() => _bytes.Length;

    /// <summary>Never the key.</summary>
    public override string ToString() => "(key)";
}
