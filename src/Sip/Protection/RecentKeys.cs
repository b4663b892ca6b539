namespace PhoneBridge.Sip.Protection;

/// <summary>Keys of the last while in memory of a fixed size: when there are too many, the oldest are forgotten early.</summary>
/// <remarks>Not thread safe. Keys are hashes with a secret, so that nobody can aim at a place.</remarks>
/// <param name="capacity">Keys in all, a power of two.</param>
/// <param name="lifetime">How long a key is kept.</param>
internal sealed class RecentKeys(int capacity, TimeSpan lifetime)
{
    private const int Ways = 4;

    private readonly (ulong Key, TimeSpan Until)[] _entries = new (ulong, TimeSpan)[capacity];

    /// <summary>Whether the key was added within the lifetime.</summary>
    public bool Contains(ulong key, TimeSpan now)
    {
        foreach ((ulong known, TimeSpan until) in SetOf(key))
        {
            if (known == key && until > now)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds the key, or begins its lifetime again.</summary>
    public void Add(ulong key, TimeSpan now)
    {
        Span<(ulong Key, TimeSpan Until)> set = SetOf(key);
        int oldest = 0;
        for (int i = 0; i < Ways; i++)
        {
            if (set[i].Key == key)
            {
                oldest = i;
                break;
            }

            oldest = set[i].Until < set[oldest].Until ? i : oldest;
        }

        set[oldest] = (key, now + lifetime);
    }

    private Span<(ulong Key, TimeSpan Until)> SetOf(ulong key) =>
        _entries.AsSpan((int)(key & (ulong)((capacity / Ways) - 1)) * Ways, Ways);
}
