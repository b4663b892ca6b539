using System.Diagnostics;
using System.Security.Cryptography;

namespace PhoneBridge.Rooms.Pins;

/// <summary>The keyed hash (HMAC-SHA-256) by which a PIN is stored and looked up.</summary>
/// <remarks>
/// A plain hash of nine digits is reversed in seconds; this one cannot be without the key, which lives outside the database.
/// </remarks>
[DebuggerDisplay("***")]
public sealed class PinDigest : IEquatable<PinDigest>
{
    /// <summary>Bytes of a digest.</summary>
    public const int Length = 32;

    private readonly byte[] _bytes;

    private PinDigest(byte[] bytes) => _bytes = bytes;

    /// <summary>Takes over a digest that was stored.</summary>
    /// <exception cref="ArgumentException">It is not 32 bytes long.</exception>
    public static PinDigest FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new PinDigest(bytes.ToArray())
        : throw new ArgumentException("A PIN digest has 32 bytes.", nameof(bytes));

    /// <summary>The bytes to store: a copy.</summary>
    public byte[] ToBytes() => [.. _bytes];

    /// <summary>Equal bytes, compared in constant time.</summary>
    public bool Equals(PinDigest? other) => other is not null && CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PinDigest);

    /// <summary>From the digest's own bytes, which are spread evenly and which nobody can steer without the key.</summary>
    public override int GetHashCode() => BitConverter.ToInt32(_bytes);

    /// <summary>Always "***".</summary>
    public override string ToString() => "***";
}

/// <summary>Makes digests with one key. Any thread.</summary>
public sealed class PinDigester
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyLength = 32;

    private readonly byte[] _key;

    /// <summary>Takes a copy of the key.</summary>
    /// <exception cref="ArgumentException">The key is not 32 bytes long.</exception>
    public PinDigester(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyLength)
        {
            throw new ArgumentException("The key of PIN digests has 32 bytes.", nameof(key));
        }

        _key = key.ToArray();
    }

    /// <summary>The digest of a PIN.</summary>
    public PinDigest Digest(Pin pin)
    {
        // The prefix keeps this use of the key apart from any other.
        ReadOnlySpan<byte> prefix = "phonebridge pin 1:"u8;
        Span<byte> message = stackalloc byte[prefix.Length + Pin.Length];
        prefix.CopyTo(message);
        pin.CopyDigits(message[prefix.Length..]);
        Span<byte> digest = stackalloc byte[PinDigest.Length];
        HMACSHA256.HashData(_key, message, digest);
        CryptographicOperations.ZeroMemory(message);
        return PinDigest.FromBytes(digest);
    }
}
