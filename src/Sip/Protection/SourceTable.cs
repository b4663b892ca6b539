namespace PhoneBridge.Sip.Protection;

/// <summary>What is remembered of one source that is no known peer.</summary>
internal struct SourceRecord
{
    /// <summary>Who; meaningful while <see cref="IsUsed"/>.</summary>
    public SourceGroup Group;

    /// <summary>Whether the place is taken.</summary>
    public bool IsUsed;

    /// <summary>Whether the log was told of it.</summary>
    public bool IsTold;

    /// <summary>When it last sent something.</summary>
    public TimeSpan LastSeen;

    /// <summary>Allowance of new calls, or of refusals where no calls are taken.</summary>
    public TokenBucket Allowance;

    /// <summary>Refused and malformed requests since <see cref="WindowStart"/>.</summary>
    public int Strikes;

    /// <summary>When the counting of strikes began.</summary>
    public TimeSpan WindowStart;

    /// <summary>When the ban began.</summary>
    public TimeSpan BannedAt;

    /// <summary>When the ban ends; in the past without one.</summary>
    public TimeSpan BannedUntil;

    /// <summary>Messages dropped under the ban.</summary>
    public long Dropped;
}

/// <summary>Records of the sources that are no known peers, in memory of a fixed size: forged addresses cannot make it grow.</summary>
/// <remarks>
/// Not thread safe. A new source takes the place of the one that was quiet for longest among those with the same part of its hash,
/// which has a secret; one that is banned goes only where all of them are.
/// </remarks>
internal sealed class SourceTable
{
    /// <summary>Sources in all.</summary>
    public const int Capacity = 8192;

    private const int Ways = 8;

    private readonly SourceRecord[] _records = new SourceRecord[Capacity];

    /// <summary>The source's record; false when nothing is remembered of it.</summary>
    public bool TryFind(SourceGroup group, out int place)
    {
        int first = FirstOf(group);
        for (place = first; place < first + Ways; place++)
        {
            if (_records[place].IsUsed && _records[place].Group == group)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The record at a place.</summary>
    public ref SourceRecord At(int place) => ref _records[place];

    /// <summary>The source's record, a new one when nothing is remembered of it.</summary>
    public ref SourceRecord Take(SourceGroup group, TimeSpan now)
    {
        if (TryFind(group, out int place))
        {
            ref SourceRecord known = ref _records[place];
            known.LastSeen = now;
            return ref known;
        }

        int first = FirstOf(group);
        place = first;
        for (int i = first + 1; i < first + Ways; i++)
        {
            if (WorthOf(_records[i], now).CompareTo(WorthOf(_records[place], now)) < 0)
            {
                place = i;
            }
        }

        ref SourceRecord record = ref _records[place];
        record = new SourceRecord { Group = group, IsUsed = true, LastSeen = now, WindowStart = now };
        return ref record;
    }

    /// <summary>All that are banned.</summary>
    public IEnumerable<SourceRecord> Banned(TimeSpan now) => _records.Where(record => record.IsUsed && record.BannedUntil > now);

    private static (int, TimeSpan) WorthOf(in SourceRecord record, TimeSpan now) =>
        !record.IsUsed ? (0, default) : record.BannedUntil > now ? (2, record.BannedUntil) : (1, record.LastSeen);

    private static int FirstOf(SourceGroup group) => (int)(KeyedHash.Of(group) % (Capacity / Ways)) * Ways;
}
