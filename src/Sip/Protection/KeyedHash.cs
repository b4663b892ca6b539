namespace PhoneBridge.Sip.Protection;

/// <summary>64 bits of hash that nobody outside can foretell: <see cref="HashCode"/> has a secret of the process.</summary>
internal static class KeyedHash
{
    /// <summary>Hash of two texts.</summary>
    public static ulong Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => ((ulong)Half(1, first, second) << 32) | Half(2, first, second);

    /// <summary>Hash of an address.</summary>
    public static ulong Of(SourceAddress address) =>
        ((ulong)(uint)HashCode.Combine(1, address.Value) << 32) | (uint)HashCode.Combine(2, address.Value);

    /// <summary>Hash of a source.</summary>
    public static uint Of(SourceGroup group) => (uint)HashCode.Combine(group.Value);

    private static uint Half(int number, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        HashCode hash = default;
        hash.Add(number);
        hash.Add(first.Length);
        hash.AddBytes(first);
        hash.AddBytes(second);
        return (uint)hash.ToHashCode();
    }
}
