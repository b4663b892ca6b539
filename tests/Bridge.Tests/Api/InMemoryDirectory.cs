using PhoneBridge.Bridge.Conference;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Tests.Api;

/// <summary>Real meetings without lines: what the API asks goes through the real state machine, nobody has to be on the phone.</summary>
internal sealed class InMemoryDirectory(IRoomStore rooms) : IMeetingDirectory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RoomId, Meeting> _meetings = [];
    private readonly List<(MeetingSubscription Follower, RoomId? Room)> _followers = [];
    private TimeSpan _now = TimeSpan.FromHours(1);

    /// <summary>What the mixer would say: false stands for one that did not answer in time.</summary>
    public bool Confirms { get; set; } = true;

    /// <summary>Every command that came, in order.</summary>
    public List<MeetingCommand> Commands { get; } = [];

    public IReadOnlyCollection<MeetingSnapshot> Live
    {
        get
        {
            lock (_lock)
            {
                return [.. _meetings.Values.Select(m => m.Snapshot)];
            }
        }
    }

    public MeetingSnapshot? Find(RoomId room)
    {
        lock (_lock)
        {
            return _meetings.GetValueOrDefault(room)?.Snapshot;
        }
    }

    public ParticipantLine? Line(RoomId room, ParticipantId participant) => new() { Codec = "PCMA", SampleRateHz = 8000, LossPercent = 0.5, JitterMs = 2, PlayoutDelayMs = 20, RFactor = 88.5, LevelDbov = -30 };

    public Task<MeetingReply> SendAsync(RoomId room, MeetingCommand command, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            Commands.Add(command);
            _now += TimeSpan.FromSeconds(1);
            MeetingTime now = new(_now, DateTimeOffset.UnixEpoch + _now);
            if (!_meetings.TryGetValue(room, out Meeting? meeting))
            {
                if (command is not (StartMeeting or EnterMeeting))
                {
                    return Task.FromResult(new MeetingReply(MeetingOutcome.Ended, null));
                }

                meeting = new Meeting(MeetingId.NewRandom(), rooms.Find(room)!, new MeetingRules(), now);
                _meetings.Add(room, meeting);
            }

            MeetingStep step = meeting.Apply(command, now);
            foreach (MeetingEvent happened in step.Events)
            {
                foreach ((MeetingSubscription follower, RoomId? of) in _followers)
                {
                    if (of is null || of == room)
                    {
                        follower.Offer(new MeetingUpdate(room, meeting.Snapshot.Meeting, null, happened));
                    }
                }
            }

            if (meeting.Snapshot.State == MeetingState.Ended)
            {
                _meetings.Remove(room);
            }

            return Task.FromResult(new MeetingReply(step.Outcome, meeting.Snapshot, Confirms));
        }
    }

    public MeetingSubscription Subscribe(RoomId? room)
    {
        lock (_lock)
        {
            MeetingSubscription follower = new(gone =>
            {
                lock (_lock)
                {
                    _followers.RemoveAll(f => f.Follower == gone);
                }
            });
            _followers.Add((follower, room));
            return follower;
        }
    }
}
