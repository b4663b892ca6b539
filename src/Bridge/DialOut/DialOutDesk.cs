using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Bridge.Conference;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Shutdown;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Bridge.Trunks.Locating;
using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;
using PhoneBridge.Sip.Identity;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.DialOut;

/// <summary>Rings people for a meeting: checks, counts, records and places the call (C10). Nothing else in the bridge places calls.</summary>
/// <remarks>
/// Any thread; one asking at a time, so that no two share a bound's last place. The order is what keeps the costs in hand: checks in memory,
/// then the record on disk, which the budgets count, then the INVITE.
/// </remarks>
internal sealed partial class DialOutDesk(
    CallService calls, ControlLoop loop, TrunkTables trunks, TrunkKeeper keeper, PeerLocator locator, DialOutLedger ledger, CallRecorder recorder,
    CallTraceRecorder ladders, MeetingDirectory meetings, CallerTagger tagger, DrainState drain, IOptions<DialOutOptions> options, TimeProvider time, ILogger<DialOutDesk> logger) : IDisposable
{
    private readonly ConcurrentDictionary<CallId, Invitation> _live = new();
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>The calls that were placed for a room and are not over, in their order.</summary>
    public IReadOnlyList<Invitation> Of(RoomId room) =>
        [.. _live.Values.Where(one => one.Room.Id == room).OrderBy(one => one.Id.ToString(), StringComparer.Ordinal)];

    /// <summary>Has a number rung for a room.</summary>
    /// <param name="room">The room.</param>
    /// <param name="number">Who is rung.</param>
    /// <param name="askedBy">Name of the API key.</param>
    /// <param name="cancellation">Ends it before the call is placed.</param>
    /// <exception cref="StorageException">The asking could not be kept, so nobody was rung.</exception>
    public async Task<DialOutReply> CallAsync(Room room, PhoneNumber number, string askedBy, CancellationToken cancellation)
    {
        TrunkOptions[] dialling = [.. trunks.Current.Trunks.Where(trunk => trunk.DialOut is not null)];
        TrunkOptions? trunk = dialling.FirstOrDefault(one => DialOutNumbers.IsAllowed(one.DialOut!, number));
        if (trunk is null)
        {
            DialOutRefusal why = dialling.Length == 0 ? DialOutRefusal.Off : DialOutRefusal.NotAllowed;
            return Refuse(why, NewRecord(room, number, askedBy, dialling.FirstOrDefault()?.Name ?? CallRouting.Stranger, SipTransportKind.Udp));
        }

        OutgoingWay? way = await OutgoingWay.FindAsync(trunk, locator, calls.Endpoint, keeper, cancellation).ConfigureAwait(false);
        CallRecord record = NewRecord(room, number, askedBy, trunk.Name, way?.Flow.Transport ?? SipTransportKind.Udp);
        if (way is null)
        {
            return Refuse(DialOutRefusal.NoWay, record);
        }

        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            CallerTag? tag = tagger.Tag(number.Reveal());
            if (Obstacle(room.Id, tag, trunk) is { } obstacle)
            {
                return Refuse(obstacle, record);
            }

            if (await ledger.TryKeepAsync(record, options.Value).ConfigureAwait(false) is { } spent)
            {
                return Refuse(spent == DialOutBudget.Day ? DialOutRefusal.BudgetSpent : DialOutRefusal.RoomBudgetSpent, record);
            }

            Invitation invitation = new(record.Id, room, trunk.Name, number.ToString(), tag, askedBy, record.ArrivedAt, OnChange);
            return await loop.InvokeAsync(() => Task.FromResult(Place(invitation, way, number, record))).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Calls a call off that is not in the meeting yet: it stops ringing.</summary>
    /// <returns>Null when the room has no such call; false when it has been taken and 1 was pressed.</returns>
    public Task<bool?> CallOffAsync(RoomId room, string call, string askedBy) => loop.InvokeAsync(() =>
    {
        if (!CallId.TryParse(call, out CallId id) || !_live.TryGetValue(id, out Invitation? found) || found.Room.Id != room)
        {
            return Task.FromResult<bool?>(null);
        }

        if (found.State >= DialOutState.Joined)
        {
            return Task.FromResult<bool?>(false);
        }

        LogCalledOff(logger, id, found.MaskedNumber, askedBy);
        found.Session?.HangUp(CallEnd.CalledOff);
        return Task.FromResult<bool?>(true);
    });

    /// <summary>Calls off what still rings for a meeting that runs no more. Who has answered is told so on pressing 1.</summary>
    public Task CallOffOrphansAsync() => loop.InvokeAsync(() =>
    {
        foreach (Invitation orphan in _live.Values.Where(one => one.State < DialOutState.Answered && meetings.Find(one.Room.Id) is not { State: MeetingState.Running }))
        {
            orphan.Session?.HangUp(CallEnd.MeetingEnded);
        }

        return Task.FromResult(true);
    });

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private DialOutRefusal? Obstacle(RoomId room, CallerTag? tag, TrunkOptions trunk)
    {
        MeetingSnapshot? meeting = meetings.Find(room);
        Invitation[] ofRoom = [.. _live.Values.Where(one => one.Room.Id == room && one.State < DialOutState.Joined)];
        return drain.IsDraining ? DialOutRefusal.Stopping
            : meeting is not { State: MeetingState.Running } ? DialOutRefusal.NotStarted
            : meeting.IsLocked ? DialOutRefusal.Locked
            : meeting.AdmittedCount + ofRoom.Length >= meeting.Settings.MaxParticipants ? DialOutRefusal.Full
            : ofRoom.Any(one => one.Tag == tag) ? DialOutRefusal.CalledAlready
            : _live.Values.Count(one => one.Trunk == trunk.Name) >= trunk.DialOut!.MaxCalls ? DialOutRefusal.TrunkBusy
            : null;
    }

    private DialOutReply Place(Invitation invitation, OutgoingWay way, PhoneNumber number, CallRecord record)
    {
        CallRoute route = new(
            way.Trunk, CallRoute.LanguageOf(invitation.Room.Settings.Language), null, null, invitation.MaskedNumber, number.Reveal()[^2..], invitation.Tag)
        {
            Invitation = invitation,
        };
        invitation.Session = calls.TryPlace(
            route, way.Flow, offer => way.Call(number, offer, options.Value.RingTime), call => new CallSheet(recorder, ladders, call.CallId, time, _ => record));
        if (invitation.Session is null)
        {
            return Refuse(DialOutRefusal.NoCapacity, record);
        }

        _live[invitation.Id] = invitation;          // what becomes of it is told on this loop, so not before now
        LogAsked(logger, record.Id, invitation.MaskedNumber, way.Trunk.Name, invitation.AskedBy);
        Tell(invitation, Actor.Api(invitation.AskedBy));
        return new DialOutReply(invitation, null);
    }

    private void OnChange(Invitation invitation)
    {
        if (invitation.State == DialOutState.Ended)
        {
            _live.TryRemove(invitation.Id, out _);
        }

        Tell(invitation, Actor.Bridge);
    }

    // Nothing waits for it; a meeting that is over meanwhile is told nothing.
    private void Tell(Invitation invitation, Actor by)
    {
        string? result = invitation.End is { } end ? Api.Calls.CallQuery.NameOf(end) : null;
        ReportDialOut report = new(by, invitation.Id.ToString(), invitation.MaskedNumber, invitation.State, result);
        _ = meetings.SendOnLoopAsync(invitation.Room.Id, report);
    }

    // Also what was not sent out is recorded: who asks for numbers that are not allowed is worth knowing.
    private DialOutReply Refuse(DialOutRefusal why, CallRecord record)
    {
        LogRefused(logger, record.Called!, record.AskedBy!, why);
        recorder.OnEnded(record with { End = CallEnd.NotDialled, EndedAt = time.GetUtcNow() });
        return new DialOutReply(null, why);
    }

    private CallRecord NewRecord(Room room, PhoneNumber number, string askedBy, string trunk, SipTransportKind transport)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new CallRecord
        {
            Id = CallId.New(now),
            Trunk = trunk,
            Direction = CallDirection.Outbound,
            Called = number.ToString(),
            AskedBy = askedBy,
            Transport = transport,
            ArrivedAt = now,
            Room = room.Id,
        };
    }

    [LoggerMessage(EventId = 2700, EventName = "DialOutAsked", Level = LogLevel.Information, Message = "Call {Call} to {Number} goes out by {Trunk}, asked for by {AskedBy}")]
    private static partial void LogAsked(ILogger logger, CallId call, string number, string trunk, string askedBy);

    [LoggerMessage(EventId = 2701, EventName = "DialOutRefused", Level = LogLevel.Warning, Message = "A call to {Number}, asked for by {AskedBy}, was not sent out: {Why}")]
    private static partial void LogRefused(ILogger logger, string number, string askedBy, DialOutRefusal why);

    [LoggerMessage(EventId = 2702, EventName = "DialOutCalledOff", Level = LogLevel.Information, Message = "Call {Call} to {Number} was called off by {AskedBy}")]
    private static partial void LogCalledOff(ILogger logger, CallId call, string number, string askedBy);
}

/// <summary>What came of an asking: exactly one of the two is set.</summary>
/// <param name="Invitation">The call that was sent out.</param>
/// <param name="Refusal">Why none was.</param>
internal readonly record struct DialOutReply(Invitation? Invitation, DialOutRefusal? Refusal);

/// <summary>Why nobody is rung.</summary>
internal enum DialOutRefusal
{
    /// <summary>No trunk may dial out.</summary>
    Off,

    /// <summary>No trunk may dial this number.</summary>
    NotAllowed,

    /// <summary>The trunk cannot be reached.</summary>
    NoWay,

    /// <summary>The bridge stops.</summary>
    Stopping,

    /// <summary>The meeting has not started.</summary>
    NotStarted,

    /// <summary>The meeting lets nobody in.</summary>
    Locked,

    /// <summary>All seats are taken, those included that somebody is rung for.</summary>
    Full,

    /// <summary>The number is being rung for this room already.</summary>
    CalledAlready,

    /// <summary>The trunk has as many calls of ours as it may.</summary>
    TrunkBusy,

    /// <summary>The room's budget is spent.</summary>
    RoomBudgetSpent,

    /// <summary>The budget of all rooms is spent.</summary>
    BudgetSpent,

    /// <summary>No more calls at a time, no RTP port, or no SRTP where the trunk demands it.</summary>
    NoCapacity,
}
