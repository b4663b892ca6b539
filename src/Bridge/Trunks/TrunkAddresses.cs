using System.Collections.Concurrent;
using System.Net;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Trunks.Locating;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>Keeps looking up the names that calls of trunks come from (TRA4), so that a peer that moves is known without a restart.</summary>
/// <remarks>What a name meant last counts for as long as nothing else is known of it.</remarks>
internal sealed partial class TrunkAddresses(TrunkTables tables, PeerLocator locator, TimeProvider time, ILogger<TrunkAddresses> logger) : IHostedService, IDisposable
{
    // The cache asks the name servers only for what has run out.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PatienceAtStart = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private Task _looking = Task.CompletedTask;

    /// <inheritdoc/>
    /// <remarks>Waits a moment for the names: the first calls should find their trunk.</remarks>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _looking = LookAsync(_stop.Token);
        Task first = LookOnceAsync(_stop.Token);
        await Task.WhenAny(first, Task.Delay(PatienceAtStart, time, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>Looks up every name of these trunks.</summary>
    /// <returns>What was found; a name of which nothing is known is not in it.</returns>
    public async Task<IReadOnlyDictionary<string, IPAddress[]>> FindAsync(IEnumerable<TrunkOptions> trunks, CancellationToken cancellation)
    {
        ConcurrentDictionary<string, IPAddress[]> found = new(StringComparer.OrdinalIgnoreCase);
        await Task.WhenAll(trunks.SelectMany(trunk => trunk.SourcePlaces()).Where(place => place.IsName).Distinct().Select(async place =>
        {
            IReadOnlyList<IPAddress> addresses = await locator.AddressesAsync(place.Host, place.Port, cancellation).ConfigureAwait(false);
            if (addresses.Count != 0)
            {
                found[TrunkTable.KeyOf(place)] = [.. addresses];
            }
        })).ConfigureAwait(false);
        return found;
    }

    private async Task LookAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                await LookOnceAsync(stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task LookOnceAsync(CancellationToken stop)
    {
        try
        {
            foreach ((string name, IPAddress[] addresses) in await FindAsync(tables.Current.Trunks, stop).ConfigureAwait(false))
            {
                if (tables.SetAddresses(name, addresses))
                {
                    string words = string.Join(", ", addresses.Select(a => a.ToString()));
                    LogMoved(logger, name, words);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    [LoggerMessage(EventId = 2301, EventName = "TrunkAddresses", Level = LogLevel.Information, Message = "Calls of {Name} come from {Addresses}")]
    private static partial void LogMoved(ILogger logger, string name, string addresses);
}
