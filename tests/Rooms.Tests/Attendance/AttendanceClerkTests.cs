using PhoneBridge.Rooms.Attendance;
using PhoneBridge.Rooms.Meetings;
using PhoneBridge.Rooms.Tests.Meetings;

namespace PhoneBridge.Rooms.Tests.Attendance;

public sealed class AttendanceClerkTests
{
    [Fact]
    public void The_journal_tells_arrival_departure_and_talk_time_whatever_ended_the_talk()
    {
        MeetingBench bench = new();
        ParticipantId caller = bench.Enter();
        bench.Wait(TimeSpan.FromMinutes(1));
        ParticipantId moderator = bench.Enter(Role.Moderator);
        Actor desk = MeetingBench.Desk;
        (int Seconds, MeetingCommand Command)[] script =
        [
            (5, new ReportTalking(caller, true)), (3, new ReportTalking(caller, false)),                // 3 s
            (1, new ReportTalking(caller, true)), (4, new SetModeratorMute(desk, caller, true)),        // 4 s, cut by the moderator
            (9, new ToggleMicrophone(caller)), (1, new ReportTalking(caller, true)),
            (5, new ReportHold(caller, true)),                                                          // 5 s, cut by hold
            (7, new ReportHold(caller, false)), (1, new ReportTalking(caller, true)),
            (1, new RenameParticipant(desk, caller, "M. Durand")),
            (5, new LeaveMeeting(caller, LeaveReason.HungUp)),                                          // 6 s, cut by leaving
        ];
        foreach ((int seconds, MeetingCommand command) in script)
        {
            bench.Wait(TimeSpan.FromSeconds(seconds));
            bench.Do(command);
        }

        bench.Do(new EndMeeting(desk));
        AttendanceClerk clerk = new(bench.Now.Meeting, bench.Now.Room);
        AttendanceEntry[] lines = [.. bench.Events.SelectMany(clerk.On)];

        Assert.Equal(
            [
                AttendanceKind.Started, AttendanceKind.Joined, AttendanceKind.Joined, AttendanceKind.MuteChanged, AttendanceKind.MuteChanged,
                AttendanceKind.Renamed, AttendanceKind.Left, AttendanceKind.Left, AttendanceKind.Ended,
            ],
            lines.Select(l => l.Kind));
        AttendanceEntry left = lines.Single(l => l.Kind == AttendanceKind.Left && l.Participant == caller);
        Assert.Equal(TimeSpan.FromSeconds(3 + 4 + 5 + 6), left.Talked);
        Assert.Equal(TimeSpan.FromSeconds(script.Sum(s => s.Seconds)), left.Stayed);
        Assert.Equal(TimeSpan.Zero, lines.Single(l => l.Kind == AttendanceKind.Left && l.Participant == moderator).Talked);
        Assert.Equal(desk, lines.First(l => l.Kind == AttendanceKind.MuteChanged).By);
        Assert.Equal(lines.Length, lines.Select(l => (l.Revision, l.Part)).Distinct().Count());
    }

    [Fact]
    public void Mute_all_writes_a_line_for_each_and_who_only_waited_is_not_in_the_journal()
    {
        MeetingBench bench = new(new RoomSettings { MaxParticipants = 3 });
        bench.Enter(Role.Moderator);
        bench.Enter();
        bench.Enter();
        ParticipantId waits = bench.Enter();
        bench.Do(new MuteAll(MeetingBench.Desk));
        bench.Do(new RenameParticipant(MeetingBench.Desk, waits, "x"));
        bench.Do(new LeaveMeeting(waits, LeaveReason.HungUp));
        AttendanceClerk clerk = new(bench.Now.Meeting, bench.Now.Room);
        AttendanceEntry[] lines = [.. bench.Events.SelectMany(clerk.On)];
        Assert.Equal([0, 1], lines.Where(l => l.Kind == AttendanceKind.MuteChanged).Select(l => l.Part));
        Assert.DoesNotContain(lines, l => l.Participant == waits);
    }
}
