using System.Collections.Concurrent;
using System.Collections.Immutable;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Mixer;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Conference;

/// <summary>The live meetings of this node, each run by the control loop.</summary>
/// <param name="loop">Owns the meetings.</param>
/// <param name="media">The mixer.</param>
/// <param name="rooms">Where a room's settings are found when its meeting opens.</param>
/// <param name="tones">Sounds for somebody who comes or goes.</param>
/// <param name="time">Wall clock of the records.</param>
/// <param name="journal">Told every event, on the control loop; must not block.</param>
/// <param name="metrics">Told how soon the mixer obeyed.</param>
public sealed class MeetingDirectory(
    ControlLoop loop, MediaEngine media, IRoomStore rooms, MeetingTones tones, TimeProvider time, IMeetingJournal journal, BridgeMetrics metrics) : IMeetingDirectory
{
    private readonly ConcurrentDictionary<RoomId, LiveMeeting> _live = new();
    private readonly Dictionary<RoomId, IDisposable> _timers = [];
    private readonly MixerConfirmations _confirmations = new(media, loop, metrics);
    private ImmutableList<(MeetingSubscription Follower, RoomId? Room)> _followers = [];
    private long _lastConference;

    /// <inheritdoc/>
    public IReadOnlyCollection<MeetingSnapshot> Live => [.. _live.Values.Select(m => m.Snapshot)];

    /// <summary>Commands that the mixer did not confirm within its limit, since the start.</summary>
    public long OverdueConfirmations => _confirmations.Overdue;

    /// <inheritdoc/>
    public MeetingSnapshot? Find(RoomId room) => _live.TryGetValue(room, out LiveMeeting? meeting) ? meeting.Snapshot : null;

    /// <inheritdoc/>
    public Task<MeetingReply> SendAsync(RoomId room, MeetingCommand command, CancellationToken cancellation = default) =>
        loop.InvokeAsync(() => SendOnLoopAsync(room, command)).WaitAsync(cancellation);

    /// <summary>Brings a caller to a room's door, opening its meeting when none is live. On the control loop.</summary>
    /// <param name="room">The room that the PIN opens.</param>
    /// <param name="command">Who comes.</param>
    /// <param name="seat">Told everything that concerns the caller from now on, beginning during this call.</param>
    public async Task<MeetingReply> EnterAsync(RoomId room, EnterMeeting command, IMeetingSeat seat)
    {
        LiveMeeting? meeting = Open(room);
        if (meeting is null)
        {
            return new MeetingReply(MeetingOutcome.Ended, null);
        }

        Task<MeetingReply> reply = meeting.EnterAsync(command, seat, Now());
        Settle(room, meeting);
        return await reply.ConfigureAwait(true);
    }

    /// <summary>Sends a command from the control loop itself.</summary>
    public async Task<MeetingReply> SendOnLoopAsync(RoomId room, MeetingCommand command)
    {
        LiveMeeting? meeting = command is StartMeeting ? Open(room) : _live.GetValueOrDefault(room);
        if (meeting is null)
        {
            return new MeetingReply(MeetingOutcome.Ended, null);
        }

        Task<MeetingReply> reply = meeting.ApplyAsync(command, Now());
        Settle(room, meeting);
        return await reply.ConfigureAwait(true);
    }

    /// <inheritdoc/>
    public MeetingSubscription Subscribe(RoomId? room)
    {
        MeetingSubscription follower = new(Unsubscribe);
        loop.Post(() =>
        {
            foreach (MeetingSnapshot snapshot in Live.Where(s => room is null || s.Room == room))
            {
                follower.Offer(new MeetingUpdate(snapshot.Room, snapshot.Meeting, snapshot, null));
            }

            ImmutableInterlocked.Update(ref _followers, static (all, one) => all.Add(one), (follower, room));
            if (follower.IsDisposed)
            {
                Unsubscribe(follower);
            }
        });
        return follower;
    }

    /// <inheritdoc/>
    public ParticipantLine? Line(RoomId room, ParticipantId participant)
    {
        if (!_live.TryGetValue(room, out LiveMeeting? meeting)
            || meeting.LegOf(participant) is not { } leg
            || !media.TryReadQuality(leg, out LegQuality quality))
        {
            return null;
        }

        return ParticipantLine.From(quality);
    }

    /// <summary>The mixer has obeyed the command with this token. On the control loop.</summary>
    public void OnApplied(long token) => _confirmations.OnApplied(token);

    /// <summary>The mixer hears a leg in full again. On the control loop.</summary>
    public void OnUnducked(LegId leg) => _confirmations.OnUnducked(leg);

    private LiveMeeting? Open(RoomId room)
    {
        if (_live.TryGetValue(room, out LiveMeeting? live))
        {
            return live;
        }

        if (rooms.Find(room) is not { } found)
        {
            return null;
        }

        MeetingPorts ports = new(media, _confirmations, tones.Entry, tones.Exit, Publish);
        LiveMeeting opened = new(
            new Meeting(MeetingId.NewRandom(), found, new MeetingRules(), Now()), new ConferenceId(++_lastConference), ports);
        _live[room] = opened;
        return opened;
    }

    // Right after every step, before anything is awaited: the next deadline, or the end.
    private void Settle(RoomId room, LiveMeeting meeting)
    {
        if (!_live.TryGetValue(room, out LiveMeeting? current) || current != meeting)
        {
            return;
        }

        if (_timers.Remove(room, out IDisposable? armed))
        {
            armed.Dispose();
        }

        if (meeting.Snapshot.State == MeetingState.Ended)
        {
            _live.TryRemove(room, out _);
        }
        else if (meeting.Deadline is { } deadline)
        {
            _timers[room] = loop.At(deadline, () => OnDue(room, meeting));
        }
    }

    private async void OnDue(RoomId room, LiveMeeting meeting)
    {
        _timers.Remove(room);
        Task due = meeting.OnTime(Now());
        Settle(room, meeting);
        await due.ConfigureAwait(true);
    }

    private void Publish(LiveMeeting meeting, MeetingEvent happened)
    {
        MeetingSnapshot snapshot = meeting.Snapshot;
        journal.Record(snapshot, happened);
        MeetingUpdate update = new(snapshot.Room, snapshot.Meeting, null, happened);
        foreach ((MeetingSubscription follower, RoomId? room) in _followers)
        {
            if ((room is null || room == snapshot.Room) && !follower.Offer(update))
            {
                Unsubscribe(follower);
            }
        }
    }

    private void Unsubscribe(MeetingSubscription follower) =>
        ImmutableInterlocked.Update(ref _followers, static (all, one) => all.RemoveAll(f => f.Follower == one), follower);

    private MeetingTime Now() => new(loop.Now, time.GetUtcNow());
}

/// <summary>Sounds of a meeting.</summary>
/// <param name="Entry">Somebody came in.</param>
/// <param name="Exit">Somebody left.</param>
public sealed record MeetingTones(PcmClip Entry, PcmClip Exit);

/// <summary>Keeps what happened in meetings.</summary>
public interface IMeetingJournal
{
    /// <summary>Takes one event. On the control loop; must not block.</summary>
    void Record(MeetingSnapshot after, MeetingEvent happened);
}
