using System.Text.Json;
using CsCheck;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Rooms.Tests.Meetings;

/// <summary>Random runs of a meeting; the laws are checked after every step.</summary>
public sealed class MeetingModelTests
{
    private const int People = 12;
    private static readonly MeetingRules Rules = new() { MaxWaiting = 4, EmptyGrace = TimeSpan.FromMinutes(20) };

    private static readonly Gen<Move[]> Run = Gen.Select(Gen.Int[0, 17], Gen.Int[0, People - 1], Gen.Int[0, People - 1], Gen.Bool, Gen.Int[0, 60_000])
        .Select((kind, who, by, flag, waitMs) => new Move(kind, who, by, flag, TimeSpan.FromMilliseconds(waitMs)))
        .Array[1, 150];

    private static readonly Gen<RoomSettings> Settings = Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[2, 5], Gen.Bool, Gen.Int[5, 60])
        .Select((mute, locked, seats, moderator, minutes) => new RoomSettings
        {
            MuteOnEntry = mute,
            MicsLocked = locked,
            MaxParticipants = seats,
            RequireModerator = moderator,
            MaxDuration = TimeSpan.FromMinutes(minutes),
            MaxWait = TimeSpan.FromMinutes(3),
        });

    private sealed record Move(int Kind, int Who, int By, bool Flag, TimeSpan Wait);

    [Fact]
    public void The_laws_hold_over_random_runs() => Gen.Select(Settings, Run).Sample((settings, run) => Check(settings, run), iter: 2_000);

    private static void Check(RoomSettings settings, Move[] run)
    {
        MeetingBench bench = new(settings, Rules);
        ParticipantId[] people = [.. Enumerable.Range(0, People).Select(_ => ParticipantId.NewRandom())];
        MeetingSnapshot folded = bench.Opened;
        Dictionary<ParticipantId, MuteCauses> heard = [];
        foreach (Move move in run)
        {
            bench.WaitWithoutWaking(move.Wait);
            MeetingCommand command = CommandOf(move, people, bench.Now.Settings);
            MeetingStep step = move.Kind == 14 ? bench.Wait(TimeSpan.Zero) : bench.Do(command);
            foreach (MeetingEvent happened in step.Events)
            {
                CheckEvent(happened, command, folded);
                folded = folded.After(happened);
                Assert.True(folded.AdmittedCount == folded.Participants.Count(p => p.IsAdmitted));
            }

            CheckMeeting(bench.Now);
            Assert.Equal(Write(folded), Write(bench.Now));
            Assert.True(bench.Meeting.Deadline is null || bench.Meeting.OnTime(TestRooms.At(TimeSpan.Zero)).Events.Count == 0);
        }

        // The journal alone, read back from text, is the meeting.
        MeetingSnapshot replayed = bench.Events
            .Select(e => JsonSerializer.Deserialize<MeetingEvent>(JsonSerializer.Serialize(e))!)
            .Aggregate(bench.Opened, (meeting, happened) => meeting.After(happened));
        Assert.Equal(Write(bench.Now), Write(replayed));
    }

    private static void CheckEvent(MeetingEvent happened, MeetingCommand command, MeetingSnapshot before)
    {
        Assert.Equal(before.Revision + 1, happened.Revision);
        Assert.NotEqual(MeetingState.Ended, before.State);
        switch (happened)
        {
            case ParticipantAdmitted e:
                Assert.Equal(MeetingState.Running, before.State);
                Assert.True(e.Role == Role.Moderator || before.AdmittedCount < before.Settings.MaxParticipants, "a seat too many");
                Assert.True(e.Role == Role.Moderator || !before.AreMicrophonesLocked || e.Mutes.HasFlag(MuteCauses.Lock), "open under the lock");
                Assert.True(e.Role == Role.Moderator || !before.Settings.MuteOnEntry || e.Mutes.HasFlag(MuteCauses.Self), "came in open");
                break;
            case MeetingStarted:
                Assert.True(
                    !before.Settings.RequireModerator || command is StartMeeting or EnterMeeting { Role: Role.Moderator },
                    "started without the right");
                break;
            case MutesChanged e:
                Assert.NotEmpty(e.Changes);
                Assert.All(e.Changes, change => Assert.Equal(before.Find(change.Participant)!.Mutes, change.Before));

                // The law of laws: only the caller's own key opens a microphone.
                Assert.All(
                    e.Changes.Where(change => change.After == MuteCauses.None),
                    change => Assert.Equal(change.Participant, Assert.IsType<ToggleMicrophone>(command).Participant));
                break;
            case DuckChanged e:
                Assert.NotEqual(before.Find(e.Participant)!.Disturbance, e.Sound);
                Assert.Equal(before.Find(e.Participant)!.Label, e.Label);
                Assert.True(e.By.Kind == ActorKind.Bridge || e.Sound == DisturbingSound.None, "only the mixer ducks");
                break;
            case LineChanged e:
                Assert.NotEqual(before.Find(e.Participant)!.IsLineBad, e.IsBad);
                break;
            case TalkingChanged { IsTalking: true } e:
                Assert.Equal(MuteCauses.None, before.Find(e.Participant)!.Mutes);
                break;
        }
    }

    private static void CheckMeeting(MeetingSnapshot meeting)
    {
        Assert.True(meeting.WaitingCount <= Rules.MaxWaiting);
        Assert.Equal(meeting.Participants.Length, meeting.Participants.Select(p => p.Id).Distinct().Count());
        Assert.All(meeting.Participants, p =>
        {
            Assert.Equal(p.IsAdmitted, p.Waits is null);
            Assert.False(p.IsTalking && (p.Mutes != MuteCauses.None || p.IsOnHold || !p.IsAdmitted), "talks unheard");
            Assert.False(p.Role == Role.Moderator && p.Mutes.HasFlag(MuteCauses.Lock), "a moderator under the lock");
            Assert.False(p.IsAskedToUnmute && p.Mutes == MuteCauses.None, "asked to open what is open");
            Assert.False(!meeting.AreMicrophonesLocked && p.Mutes.HasFlag(MuteCauses.Lock), "locked without a lock");
        });
        if (meeting.State == MeetingState.NotStarted)
        {
            Assert.Equal(0, meeting.AdmittedCount);
        }

        if (meeting.State == MeetingState.Running && meeting.AdmittedCount < meeting.Settings.MaxParticipants)
        {
            Assert.Equal(0, meeting.WaitingCount);
        }
    }

    private static MeetingCommand CommandOf(Move move, ParticipantId[] people, RoomSettings settings)
    {
        ParticipantId who = people[move.Who];
        Actor by = move.Flag ? Actor.Api("desk") : Actor.Caller(people[move.By]);
        return move.Kind switch
        {
            0 or 1 => new EnterMeeting(who, move.Who < 2 ? Role.Moderator : Role.Participant, $"n{move.Who}", null, new CallerTag(1, (ulong)move.Who)),
            2 => new LeaveMeeting(who, LeaveReason.HungUp),
            3 or 4 => new ToggleMicrophone(who),
            5 => new SetModeratorMute(by, who, move.By % 2 == 0),
            6 => new MuteAll(by),
            7 => new LockMicrophones(by, move.Who % 2 == 0),
            8 => new LockMeeting(by, move.Who % 3 == 0),
            9 => new ReportTalking(who, move.Flag),
            10 => new ReportHold(who, move.Flag),
            11 => new RemoveParticipant(by, who),
            15 => new ReportDisturbance(who, (DisturbingSound)(move.By % 4)),
            16 => new Unduck(by, who),
            17 => new ReportLine(who, move.Flag),
            12 => move.Who % 4 == 0 ? new EndMeeting(by) : new StartMeeting(by),
            _ => new ChangeSettings(by, settings with { MaxParticipants = 2 + move.Who % 4, MicsLocked = move.By % 2 == 0 }),
        };
    }

    private static string Write(MeetingSnapshot meeting) => JsonSerializer.Serialize(meeting);
}
