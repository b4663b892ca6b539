using System.Net;
using PhoneBridge.Bridge.Certificates;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>What a reload did.</summary>
/// <param name="Errors">Why nothing changed, each with its key; empty when the new trunks are in force.</param>
/// <param name="Added">Names of trunks that are new.</param>
/// <param name="Removed">Names of trunks that are gone.</param>
/// <param name="Changed">Names of trunks whose settings are others.</param>
internal sealed record TrunkReloadResult(
    IReadOnlyList<string> Errors, IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<string> Changed);

/// <summary>Reads the configuration again and puts its trunks in force, whole or not at all. Calls that run are not touched.</summary>
/// <remarks>Of the rest of the configuration nothing changes before the next start, but it must be right.</remarks>
internal sealed partial class TrunkReload(
    ConfigurationSource source, TrunkTables tables, TrunkAddresses addresses, TrunkKeeper keeper, TlsCertificates certificates,
    TimeProvider time, ILogger<TrunkReload> logger) : IDisposable
{
    private static readonly TimeSpan PatienceForNames = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Reloads. Any thread; one at a time.</summary>
    public async Task<TrunkReloadResult> ReloadAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            IReadOnlyList<string> errors = source.Read(out SipOptions next);
            if (errors.Count != 0)
            {
                certificates.Refresh(isForced: true);   // those of the trunks in force
                foreach (string error in errors)
                {
                    LogError(logger, error);
                }

                LogRefused(logger, errors.Count);
                return new TrunkReloadResult(errors, [], [], []);
            }

            IReadOnlyDictionary<string, IPAddress[]> names = await FindNamesAsync(next, cancellation).ConfigureAwait(false);
            TrunkReloadResult result = Compare(tables.Current.Options, next);
            tables.Replace(next, names);
            certificates.Refresh(isForced: true);
            keeper.Follow();
            (string added, string removed, string changed) = (Words(result.Added), Words(result.Removed), Words(result.Changed));
            LogDone(logger, added, removed, changed);

            return result;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    // A trunk should know its addresses when its first call comes; a slow name server is not waited for without end.
    private async Task<IReadOnlyDictionary<string, IPAddress[]>> FindNamesAsync(SipOptions next, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = new(PatienceForNames, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return await addresses.FindAsync(next.Trunks, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Dictionary<string, IPAddress[]>();
        }
    }

    private static TrunkReloadResult Compare(SipOptions before, SipOptions after)
    {
        Dictionary<string, TrunkOptions> old = before.Trunks.ToDictionary(trunk => trunk.Name);
        string[] names = [.. after.Trunks.Select(trunk => trunk.Name)];
        return new TrunkReloadResult(
            [],
            [.. names.Where(name => !old.ContainsKey(name))],
            [.. old.Keys.Except(names)],
            [.. after.Trunks.Where(trunk => old.TryGetValue(trunk.Name, out TrunkOptions? was) && !KeptTrunk.IsSame(was, trunk)).Select(trunk => trunk.Name)]);
    }

    private static string Words(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

    [LoggerMessage(EventId = 2310, EventName = "TrunksReloaded", Level = LogLevel.Information, Message = "Trunks reloaded; added: {Added}; removed: {Removed}; changed: {Changed}")]
    private static partial void LogDone(ILogger logger, string added, string removed, string changed);

    [LoggerMessage(EventId = 2311, EventName = "TrunksNotReloaded", Level = LogLevel.Error, Message = "The configuration cannot be used ({Count} to repair); the trunks stay as they were")]
    private static partial void LogRefused(ILogger logger, int count);

    [LoggerMessage(EventId = 2312, EventName = "ConfigurationError", Level = LogLevel.Error, Message = "{Error}")]
    private static partial void LogError(ILogger logger, string error);
}
