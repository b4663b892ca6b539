using PhoneBridge.Bridge.Storage;
using PhoneBridge.Rooms.Attendance;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Conference;

/// <summary>Keeps who came, left and spoke, and what moderators did. Belongs to the control loop; the disk is written behind it.</summary>
internal sealed partial class AttendanceRecorder(AttendanceJournal journal, ILogger<AttendanceRecorder> logger) : IMeetingJournal
{
    private readonly Dictionary<MeetingId, AttendanceClerk> _clerks = [];

    /// <inheritdoc/>
    public void Record(MeetingSnapshot after, MeetingEvent happened)
    {
        if (!_clerks.TryGetValue(after.Meeting, out AttendanceClerk? clerk))
        {
            clerk = new AttendanceClerk(after.Meeting, after.Room);
            _clerks.Add(after.Meeting, clerk);
        }

        AttendanceEntry[] entries = [.. clerk.On(happened)];
        if (entries.Length != 0)
        {
            Keep(entries);
        }

        if (happened is MeetingEnded)
        {
            _clerks.Remove(after.Meeting);
        }
    }

    // A meeting goes on when its journal cannot be kept; the operator is told.
    private async void Keep(AttendanceEntry[] entries)
    {
        try
        {
            await journal.AddAsync(entries).ConfigureAwait(false);
        }
        catch (StorageException fault)
        {
            LogNotKept(logger, fault, entries.Length);
        }
    }

    [LoggerMessage(EventId = 2100, EventName = "AttendanceNotKept", Level = LogLevel.Error, Message = "{Count} lines of attendance were not kept")]
    private static partial void LogNotKept(ILogger logger, Exception fault, int count);
}
