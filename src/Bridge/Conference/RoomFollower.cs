using PhoneBridge.Bridge.RoomDirectory;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Conference;

/// <summary>Lets live meetings follow what becomes of their rooms: new settings hold at once, a deleted room's meeting ends.</summary>
internal sealed class RoomFollower : IHostedService
{
    private static readonly Actor Owner = Actor.Api("room");
    private readonly RoomService _rooms;
    private readonly MeetingDirectory _meetings;

    public RoomFollower(RoomService rooms, MeetingDirectory meetings)
    {
        _rooms = rooms;
        _meetings = meetings;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _rooms.Changed += OnChanged;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _rooms.Changed -= OnChanged;
        return Task.CompletedTask;
    }

    private void OnChanged(RoomChange change)
    {
        MeetingCommand? command = change.Kind switch
        {
            // What is kept now, not what this change brought: two changes at once may be told in either order.
            RoomChangeKind.Updated when _rooms.Find(change.Room.Id) is { } room => new ChangeSettings(Owner, room.Settings),
            RoomChangeKind.Deleted => new EndMeeting(Owner),
            _ => null,
        };
        if (command is not null)
        {
            _ = _meetings.SendAsync(change.Room.Id, command);
        }
    }
}
