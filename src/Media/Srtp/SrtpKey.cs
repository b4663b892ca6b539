using System.Security.Cryptography;

namespace PhoneBridge.Media.Srtp;

/// <summary>Master key and salt of one direction. Never printed; kept where no collection leaves copies behind.</summary>
/// <remarks>Any thread, but <see cref="Erase"/>: by the one owner, when nobody needs the key any more.</remarks>
public sealed class SrtpKey : IEquatable<SrtpKey>
{
    private readonly byte[] _bytes;

    /// <summary>Takes a copy; the caller wipes what it has.</summary>
    /// <param name="keyAndSalt">As long as the suite asks for.</param>
    public SrtpKey(ReadOnlySpan<byte> keyAndSalt)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(keyAndSalt.Length, pinned: true);
        keyAndSalt.CopyTo(_bytes);
    }

    /// <summary>Key and salt; zeros after <see cref="Erase"/>.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Overwrites the key.</summary>
    public void Erase() => CryptographicOperations.ZeroMemory(_bytes);

    /// <inheritdoc/>
    public bool Equals(SrtpKey? other) => other is not null && CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SrtpKey);

    /// <summary>Says nothing of the key.</summary>
    public override int GetHashCode() => _bytes.Length;

    /// <summary>Never the key.</summary>
    public override string ToString() => "(key)";
}
