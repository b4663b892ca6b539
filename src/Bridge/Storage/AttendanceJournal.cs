using Microsoft.EntityFrameworkCore;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Attendance;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Storage;

/// <summary>Who came and went, on disk. Writing never waits for the disk on the caller's thread; the task tells when it is kept.</summary>
public sealed class AttendanceJournal
{
    private readonly BridgeDatabase _database;

    internal AttendanceJournal(BridgeDatabase database) => _database = database;

    /// <summary>Keeps lines, all or none. A line that is kept already is not kept twice. Any thread.</summary>
    /// <returns>How many were new.</returns>
    /// <exception cref="StorageException">They could not be kept; may be handed in again.</exception>
    public Task<int> AddAsync(IReadOnlyCollection<AttendanceEntry> entries)
    {
        AttendanceRow[] rows = [.. entries.Select(ToRow)];
        return _database.Writer.WriteAsync(database =>
        {
            int fresh = 0;
            foreach (AttendanceRow row in rows.Where(row => database.Attendance.Find(row.Meeting, row.Revision, row.Part) is null))
            {
                database.Attendance.Add(row);
                fresh++;
            }

            return fresh;
        });
    }

    /// <summary>The lines of one meeting, in order. Reads the disk: not for the control loop.</summary>
    public async Task<IReadOnlyList<AttendanceEntry>> ReadAsync(MeetingId meeting, CancellationToken cancellation)
    {
        string id = meeting.ToString();
        using BridgeDbContext database = _database.Read();
        List<AttendanceRow> rows = await database.Attendance
            .Where(row => row.Meeting == id)
            .OrderBy(row => row.Revision).ThenBy(row => row.Part)
            .ToListAsync(cancellation).ConfigureAwait(false);
        return [.. rows.Select(ToEntry)];
    }

    private static AttendanceRow ToRow(AttendanceEntry entry) => new()
    {
        Meeting = entry.Meeting.ToString(),
        Revision = entry.Revision,
        Part = entry.Part,
        Room = entry.Room.ToString(),
        At = entry.At.ToUnixTimeMilliseconds(),
        Kind = entry.Kind,
        ByKind = entry.By.Kind,
        ByParticipant = entry.By.Participant?.ToString(),
        ByName = entry.By.Name,
        Participant = entry.Participant?.ToString(),
        Role = entry.Role,
        Label = entry.Label,
        MaskedNumber = entry.MaskedNumber,
        Mutes = entry.Mutes,
        Reason = entry.Reason,
        Stayed = (long?)entry.Stayed?.TotalMilliseconds,
        Talked = (long?)entry.Talked?.TotalMilliseconds,
    };

    private static AttendanceEntry ToEntry(AttendanceRow row)
    {
        if (!MeetingId.TryParse(row.Meeting, out MeetingId meeting) || !RoomId.TryParse(row.Room, out RoomId room))
        {
            throw new StorageException("A line of the attendance journal has no proper identifier: the database was changed by another hand.");
        }

        return new AttendanceEntry
        {
            Meeting = meeting,
            Revision = row.Revision,
            Part = row.Part,
            Room = room,
            At = DateTimeOffset.FromUnixTimeMilliseconds(row.At),
            Kind = row.Kind,
            By = new Actor(row.ByKind, Person(row.ByParticipant), row.ByName),
            Participant = Person(row.Participant),
            Role = row.Role,
            Label = row.Label,
            MaskedNumber = row.MaskedNumber,
            Mutes = row.Mutes,
            Reason = row.Reason,
            Stayed = Length(row.Stayed),
            Talked = Length(row.Talked),
        };
    }

    private static ParticipantId? Person(string? text) => ParticipantId.TryParse(text, out ParticipantId id) ? id : null;

    private static TimeSpan? Length(long? milliseconds) => milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
}
