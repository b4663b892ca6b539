using Microsoft.EntityFrameworkCore;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Storage;

#pragma warning disable CA1309 // Compared by the database, whose order is the ordinal one; the form with a StringComparison cannot be translated to SQL.

/// <summary>Which records of calls are asked for; what is null does not matter.</summary>
internal sealed record CallFilter
{
    /// <summary>Arrived at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Arrived before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Name of the trunk.</summary>
    public string? Trunk { get; init; }

    /// <summary>The room that they got into.</summary>
    public RoomId? Room { get; init; }

    /// <summary>Why they ended.</summary>
    public CallEnd? End { get; init; }
}

/// <summary>The records of calls on disk.</summary>
internal sealed class CallJournal
{
    // Others write between two slices.
    private const int DeletedAtOnce = 2000;

    private readonly BridgeDatabase _database;

    internal CallJournal(BridgeDatabase database) => _database = database;

    /// <summary>Keeps records, all or none; a later one of the same call takes the place of the earlier. Any thread.</summary>
    /// <exception cref="StorageException">They could not be kept; may be handed in again.</exception>
    public Task PutAsync(IEnumerable<CallRecord> records)
    {
        CallRow[] rows = [.. records.Select(ToRow)];
        return _database.Writer.WriteAsync(database =>
        {
            foreach (CallRow row in rows)
            {
                if (database.Calls.Find(row.Id) is { } kept)
                {
                    database.Entry(kept).CurrentValues.SetValues(row);
                }
                else
                {
                    database.Calls.Add(row);
                }
            }

            return rows.Length;
        });
    }

    /// <summary>Says of all calls that have not ended that the bridge died. To be called before the first of this run is kept.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="StorageException">It could not be kept.</exception>
    public Task<int> CloseOpenAsync() => _database.Writer.WriteAsync(database => database.Calls
        .Where(row => row.End == null)
        .ExecuteUpdate(set => set.SetProperty(row => row.End, CallEnd.BridgeDied)));

    /// <summary>Deletes the records of calls that arrived before a time.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="StorageException">Not all could be deleted.</exception>
    public async Task<int> DeleteBeforeAsync(DateTimeOffset at, CancellationToken cancellation)
    {
        string bound = CallId.LeastOf(at).ToString();
        int deleted = 0;
        int slice;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            slice = await _database.Writer.WriteAsync(database => database.Calls
                .Where(row => string.Compare(row.Id, bound) < 0)
                .OrderBy(row => row.Id)
                .Take(DeletedAtOnce)
                .ExecuteDelete()).ConfigureAwait(false);
            deleted += slice;
        }
        while (slice == DeletedAtOnce);
        return deleted;
    }

    /// <summary>Records in the order of arrival. Reads the disk: not for the control loop.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="after">The last one that is known already; null to begin.</param>
    /// <param name="limit">Most records.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<IReadOnlyList<CallRecord>> ReadAsync(CallFilter filter, CallId? after, int limit, CancellationToken cancellation)
    {
        try
        {
            using BridgeDbContext database = _database.Read();
            List<CallRow> rows = await Select(database.Calls, filter, after)
                .OrderBy(row => row.Id).Take(limit).ToListAsync(cancellation).ConfigureAwait(false);
            return [.. rows.Select(ToRecord)];
        }
        catch (System.Data.Common.DbException fault)
        {
            throw new StorageException("The records of calls cannot be read now.", fault);
        }
    }

    // Ids are ordered by arrival, so that one index serves the times, the order and the cursor.
    private static IQueryable<CallRow> Select(IQueryable<CallRow> rows, CallFilter filter, CallId? after)
    {
        if (after is { } last)
        {
            string id = last.ToString();
            rows = rows.Where(row => string.Compare(row.Id, id) > 0);
        }

        if (filter.From is { } from)
        {
            string least = CallId.LeastOf(from).ToString();
            rows = rows.Where(row => string.Compare(row.Id, least) >= 0);
        }

        if (filter.To is { } to)
        {
            string bound = CallId.LeastOf(to).ToString();
            rows = rows.Where(row => string.Compare(row.Id, bound) < 0);
        }

        if (filter.Trunk is { } trunk)
        {
            rows = rows.Where(row => row.Trunk == trunk);
        }

        if (filter.Room?.ToString() is { } room)
        {
            rows = rows.Where(row => row.Room == room);
        }

        return filter.End is { } end ? rows.Where(row => row.End == end) : rows;
    }

    internal static CallRow ToRow(CallRecord record) => new()
    {
        Id = record.Id.ToString(),
        Leg = record.Leg,
        Trunk = record.Trunk,
        Direction = record.Direction,
        Caller = record.Caller,
        Called = record.Called,
        AskedBy = record.AskedBy,
        Transport = record.Transport,
        ArrivedAt = record.ArrivedAt.ToUnixTimeMilliseconds(),
        AnsweredAt = record.AnsweredAt?.ToUnixTimeMilliseconds(),
        EndedAt = record.EndedAt?.ToUnixTimeMilliseconds(),
        SetupMs = record.SetupMs,
        Room = record.Room?.ToString(),
        Role = record.Role,
        Codec = record.Codec,
        End = record.End,
        SipStatus = record.SipStatus,
        LossPercent = record.LossPercent,
        JitterMs = record.JitterMs,
        RFactor = record.RFactor,
    };

    private static CallRecord ToRecord(CallRow row)
    {
        if (!CallId.TryParse(row.Id, out CallId id))
        {
            throw new StorageException("A record of a call has no proper identifier: the database was changed by another hand.");
        }

        return new CallRecord
        {
            Id = id,
            Leg = row.Leg,
            Trunk = row.Trunk,
            Direction = row.Direction,
            Caller = row.Caller,
            Called = row.Called,
            AskedBy = row.AskedBy,
            Transport = row.Transport,
            ArrivedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.ArrivedAt),
            AnsweredAt = Time(row.AnsweredAt),
            EndedAt = Time(row.EndedAt),
            SetupMs = row.SetupMs,
            Room = RoomId.TryParse(row.Room, out RoomId room) ? room : null,
            Role = row.Role,
            Codec = row.Codec,
            End = row.End,
            SipStatus = row.SipStatus,
            LossPercent = row.LossPercent,
            JitterMs = row.JitterMs,
            RFactor = row.RFactor,
        };
    }

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
}
