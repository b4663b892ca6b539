using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Storage;

#pragma warning disable CA1309 // Compared by the database, whose order is the ordinal one; the form with a StringComparison cannot be translated to SQL.

/// <summary>A bound on calls of ours.</summary>
internal enum DialOutBudget
{
    /// <summary>Calls for one room in an hour.</summary>
    RoomHour,

    /// <summary>Calls for one room in 24 hours.</summary>
    RoomDay,

    /// <summary>Calls of all rooms in 24 hours.</summary>
    Day,
}

/// <summary>Counts the calls that the bridge places, by their records on disk: no restart forgets one (C10).</summary>
internal sealed class DialOutLedger
{
    private readonly BridgeDatabase _database;

    internal DialOutLedger(BridgeDatabase database) => _database = database;

    /// <summary>Keeps the record of a call that is about to be sent out, unless a budget is spent. One step: two cannot both take the last one.</summary>
    /// <param name="record">An outbound call with its room, that has not ended.</param>
    /// <param name="budgets">The budgets.</param>
    /// <returns>Null when it is on disk and the call may go out; else the budget that is spent, and nothing was kept.</returns>
    /// <exception cref="StorageException">It could not be kept: the call must not go out.</exception>
    public Task<DialOutBudget?> TryKeepAsync(CallRecord record, DialOutOptions budgets)
    {
        CallRow row = CallJournal.ToRow(record);
        string hour = CallId.LeastOf(record.ArrivedAt.AddHours(-1)).ToString();
        string day = CallId.LeastOf(record.ArrivedAt.AddDays(-1)).ToString();
        return _database.Writer.WriteAsync<DialOutBudget?>(database =>
        {
            IQueryable<CallRow> sent = database.Calls.Where(call =>
                string.Compare(call.Id, day) >= 0 && call.Direction == CallDirection.Outbound && (call.End == null || call.End != CallEnd.NotDialled));
            IQueryable<CallRow> ofRoom = sent.Where(call => call.Room == row.Room);
            DialOutBudget? spent = sent.Count() >= budgets.CallsPerDay ? DialOutBudget.Day
                : ofRoom.Count() >= budgets.CallsPerRoomAndDay ? DialOutBudget.RoomDay
                : ofRoom.Count(call => string.Compare(call.Id, hour) >= 0) >= budgets.CallsPerRoomAndHour ? DialOutBudget.RoomHour
                : null;
            if (spent is null)
            {
                database.Calls.Add(row);
            }

            return spent;
        });
    }
}
