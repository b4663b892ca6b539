using System.Collections.Concurrent;

namespace PhoneBridge.Bridge.Trunks.Locating;

/// <summary>Keeps answers for as long as they live, and beyond that while the name servers are gone: a trunk must not go down with them.</summary>
/// <remarks>Any thread. Bounded: when it is full the answers that ran out first make room.</remarks>
internal sealed class NameCache(INameService names, TimeProvider time) : INameService, IDisposable
{
    private const int MaxEntries = 1000;
    private const int MaxAsked = 16;
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan LifeWithoutWord = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LifeOfNothing = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LifeOfFailure = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string Name, NameRecordKind Kind), Entry> _entries = new();
    private readonly SemaphoreSlim _asking = new(MaxAsked);
    private readonly long _origin = time.GetTimestamp();

    /// <inheritdoc/>
    public async Task<NameAnswer> AskAsync(string name, NameRecordKind kind, CancellationToken cancellation)
    {
        (string, NameRecordKind) key = (name.ToLowerInvariant(), kind);
        if (_entries.TryGetValue(key, out Entry? known) && known.Until > Now)
        {
            return known.Answer;
        }

        await _asking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_entries.TryGetValue(key, out known) && known.Until > Now)
            {
                return known.Answer;            // somebody else asked meanwhile
            }

            NameAnswer answer = await names.AskAsync(name, kind, cancellation).ConfigureAwait(false);
            bool isStale = answer.Outcome == NameOutcome.Failed && known is { Answer.Outcome: not NameOutcome.Failed };
            Keep(key, isStale ? known!.Answer : answer, isStale ? LifeOfFailure : LifeOf(answer));
            return isStale ? known!.Answer : answer;
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    private TimeSpan Now => time.GetElapsedTime(_origin);

    private static TimeSpan LifeOf(NameAnswer answer) => answer.Outcome switch
    {
        NameOutcome.Failed => LifeOfFailure,
        NameOutcome.Nothing => LifeOfNothing,
        _ when answer.Life == TimeSpan.Zero => LifeWithoutWord,
        _ => TimeSpan.FromTicks(Math.Clamp(answer.Life.Ticks, ShortestLife.Ticks, LongestLife.Ticks)),
    };

    private void Keep((string Name, NameRecordKind Kind) key, NameAnswer answer, TimeSpan life)
    {
        while (_entries.Count >= MaxEntries && !_entries.ContainsKey(key))
        {
            _entries.TryRemove(_entries.MinBy(entry => entry.Value.Until).Key, out _);
        }

        _entries[key] = new Entry(answer, Now + life);
    }

    private sealed record Entry(NameAnswer Answer, TimeSpan Until);
}
