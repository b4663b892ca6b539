using Microsoft.EntityFrameworkCore;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Guessing;

namespace PhoneBridge.Bridge.Storage;

/// <summary>The brake's journal: what makes it survive a restart.</summary>
public sealed class BrakeJournal
{
    private readonly BridgeDatabase _database;

    internal BrakeJournal(BridgeDatabase database) => _database = database;

    /// <summary>Keeps a line; the task ends when it is on disk. Any thread.</summary>
    /// <exception cref="StorageException">It could not be kept.</exception>
    public Task AddAsync(GuessRecord record, DateTimeOffset at)
    {
        BrakeRow row = new()
        {
            At = at.ToUnixTimeMilliseconds(),
            Kind = record.Kind,
            Caller = record.Source.Caller?.ToBytes(),
            Trunk = record.Source.Trunk,
        };
        return _database.Writer.WriteAsync(database => database.Brake.Add(row));
    }

    /// <summary>Puts every line that still matters into a new brake, oldest first, and deletes the others.</summary>
    /// <param name="brake">A brake that has counted nothing yet.</param>
    /// <param name="now">Wall time, against which the lines' ages are taken.</param>
    /// <param name="monotonic">The brake's clock at that moment.</param>
    /// <returns>Lines put back.</returns>
    public async Task<int> RestoreAsync(GuessBrake brake, DateTimeOffset now, TimeSpan monotonic)
    {
        long wrongFrom = (now - brake.LifetimeOf(GuessRecordKind.Wrong)).ToUnixTimeMilliseconds();
        long knownFrom = (now - brake.LifetimeOf(GuessRecordKind.Known)).ToUnixTimeMilliseconds();
        await _database.Writer.WriteAsync(database => database.Brake
            .Where(row => row.At < (row.Kind == GuessRecordKind.Known ? knownFrom : wrongFrom))
            .ExecuteDelete()).ConfigureAwait(false);
        using BridgeDbContext database = _database.Read();
        int restored = 0;
        foreach (BrakeRow row in database.Brake.OrderBy(row => row.At).ThenBy(row => row.Id))
        {
            CallerTag? caller = row.Caller is { Length: CallerTag.Length } bytes ? CallerTag.FromBytes(bytes) : null;
            GuessRecord record = new(row.Kind, new GuessSource(caller, row.Trunk));
            brake.Restore(record, now - DateTimeOffset.FromUnixTimeMilliseconds(row.At), monotonic);
            restored++;
        }

        return restored;
    }
}
