using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace PhoneBridge.Rooms;

/// <summary>
/// Stands for a caller's number without being it: the first 16 bytes of a keyed hash. Two calls from one number have one tag.
/// </summary>
/// <remarks>Still personal data while the key exists, so it prints as ***.</remarks>
/// <param name="High">First 8 bytes.</param>
/// <param name="Low">Last 8 bytes.</param>
[DebuggerDisplay("***")]
public readonly record struct CallerTag(ulong High, ulong Low)
{
    /// <summary>Bytes of a tag.</summary>
    public const int Length = 16;

    /// <summary>Reads a tag that was stored.</summary>
    /// <exception cref="ArgumentException">It is not 16 bytes long.</exception>
    public static CallerTag FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new CallerTag(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]))
        : throw new ArgumentException("A caller tag has 16 bytes.", nameof(bytes));

    /// <summary>The bytes to store.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), Low);
        return bytes;
    }

    /// <summary>Always "***".</summary>
    public override string ToString() => "***";
}

/// <summary>Makes tags with one key (HMAC-SHA-256). Any thread.</summary>
public sealed class CallerTagger
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyLength = 32;

    private readonly byte[] _key;

    /// <summary>Takes a copy of the key.</summary>
    /// <exception cref="ArgumentException">The key is not 32 bytes long.</exception>
    public CallerTagger(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyLength)
        {
            throw new ArgumentException("The key of caller tags has 32 bytes.", nameof(key));
        }

        _key = key.ToArray();
    }

    /// <summary>The tag of a number as the network gave it, best in E.164; null when the caller hides it or it is empty.</summary>
    public CallerTag? Tag(string? number)
    {
        if (string.IsNullOrEmpty(number))
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes("phonebridge caller 1:" + number), hash);
        return CallerTag.FromBytes(hash[..CallerTag.Length]);
    }
}
