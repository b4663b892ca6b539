using PhoneBridge.Rooms.Meetings;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Rooms.Tests;

/// <summary>Rooms and meetings as tests need them.</summary>
internal static class TestRooms
{
    internal static readonly TimeSpan T0 = TimeSpan.FromHours(1);
    internal static readonly DateTimeOffset Wall = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    internal static Room Room(RoomSettings? settings = null) => new()
    {
        Id = RoomId.NewRandom(),
        Title = "Conseil d'école",
        ParticipantPin = PinFactory.Draw(),
        ModeratorPin = PinFactory.Draw(),
        Settings = settings ?? new RoomSettings(),
        CreatedAt = Wall,
        ChangedAt = Wall,
    };

    internal static MeetingTime At(TimeSpan sinceStart) => new(T0 + sinceStart, Wall + sinceStart);
}

/// <summary>A meeting with a clock of its own that collects every event.</summary>
internal sealed class MeetingBench
{
    internal static readonly Actor Desk = Actor.Api("desk");
    private TimeSpan _now;

    internal MeetingBench(RoomSettings? settings = null, MeetingRules? rules = null)
    {
        Meeting = new Meeting(MeetingId.NewRandom(), TestRooms.Room(settings), rules ?? new MeetingRules(), TestRooms.At(TimeSpan.Zero));
        Opened = Meeting.Snapshot;
    }

    internal Meeting Meeting { get; }

    internal MeetingSnapshot Opened { get; }

    internal List<MeetingEvent> Events { get; } = [];

    internal MeetingSnapshot Now => Meeting.Snapshot;

    internal MeetingStep Do(MeetingCommand command) => Keep(Meeting.Apply(command, TestRooms.At(_now)));

    internal MeetingStep Wait(TimeSpan time)
    {
        _now += time;
        return Keep(Meeting.OnTime(TestRooms.At(_now)));
    }

    internal void WaitWithoutWaking(TimeSpan time) => _now += time;

    internal ParticipantId Enter(Role role = Role.Participant, CallerTag? caller = null)
    {
        ParticipantId id = ParticipantId.NewRandom();
        Do(new EnterMeeting(id, role, role.ToString(), "+33 6 •• •• •• 21", caller));
        return id;
    }

    internal bool EntersAtOnce(Role role = Role.Participant)
    {
        ParticipantId id = Enter(role);
        return Now.Find(id) is { IsAdmitted: true };
    }

    internal MuteCauses MutesOf(ParticipantId id) => Now.Find(id)!.Mutes;

    private MeetingStep Keep(MeetingStep step)
    {
        Events.AddRange(step.Events);
        return step;
    }
}
