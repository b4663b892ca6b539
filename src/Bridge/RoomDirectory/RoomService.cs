using PhoneBridge.Bridge.Storage;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Guessing;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.RoomDirectory;

/// <summary>The one door to rooms, for the API and for callers: checks, draws PINs, keeps, and tells who follows. Any thread.</summary>
/// <param name="store">Where rooms are kept.</param>
/// <param name="gate">Who looks up PINs, with the brake.</param>
/// <param name="time">Wall time of the records.</param>
/// <param name="maxRooms">Most rooms; more are refused.</param>
public sealed class RoomService(IRoomStore store, PinGate gate, TimeProvider time, int maxRooms)
{
    /// <summary>A drawn PIN is taken once in a million draws at a thousand rooms; so many in a row do not happen.</summary>
    private const int MostDraws = 20;

    /// <summary>Raised after each change is on disk, on the thread that asked for it. Handlers must be quick and not throw.</summary>
    public event Action<RoomChange>? Changed;

    /// <summary>The room, or null. From memory.</summary>
    public Room? Find(RoomId id) => store.Find(id);

    /// <summary>Rooms in the order of their making, after the one named. From memory.</summary>
    /// <param name="after">The last room of the page before; null: from the first.</param>
    /// <param name="limit">Most rooms to return; at least 1.</param>
    public IReadOnlyList<Room> List(RoomId? after, int limit) => store.List(after, limit);

    /// <summary>Rooms kept now.</summary>
    public int Count => store.Count;

    /// <summary>Makes a room with two new PINs.</summary>
    /// <exception cref="StorageException">It could not be kept.</exception>
    public async Task<RoomReply> CreateAsync(string? title, RoomSettings settings, CancellationToken cancellation)
    {
        if (Check(title, settings, out string clean) is { Count: > 0 } problems)
        {
            return new RoomReply(RoomOutcome.Invalid, null, problems);
        }

        if (store.Count >= maxRooms)
        {
            return new RoomReply(RoomOutcome.TooMany);
        }

        DateTimeOffset now = Now();
        RoomWrite written = await DrawAsync(() => store.AddAsync(
            new Room
            {
                Id = RoomId.NewRandom(),
                Title = clean,
                ParticipantPin = PinFactory.Draw(),
                ModeratorPin = PinFactory.Draw(),
                Settings = settings,
                CreatedAt = now,
                ChangedAt = now,
            },
            cancellation)).ConfigureAwait(false);
        return Reply(written, RoomChangeKind.Created);
    }

    /// <summary>Gives a room another title, other settings, or both.</summary>
    /// <param name="id">The room.</param>
    /// <param name="title">The new title; null: as it is.</param>
    /// <param name="change">Makes the new settings of the kept ones.</param>
    /// <param name="version">The version that the user saw; null: whatever is kept.</param>
    /// <param name="cancellation">Gives up waiting; the change may still happen.</param>
    /// <exception cref="StorageException">It could not be kept.</exception>
    public async Task<RoomReply> UpdateAsync(
        RoomId id, string? title, Func<RoomSettings, RoomSettings> change, long? version, CancellationToken cancellation)
    {
        while (true)
        {
            if (store.Find(id) is not { } room)
            {
                return new RoomReply(RoomOutcome.UnknownRoom);
            }

            if (version is { } seen && seen != room.Version)
            {
                return new RoomReply(RoomOutcome.StaleVersion, room);
            }

            RoomSettings settings = change(room.Settings);
            if (Check(title ?? room.Title, settings, out string clean) is { Count: > 0 } problems)
            {
                return new RoomReply(RoomOutcome.Invalid, null, problems);
            }

            RoomWrite written = await store.UpdateAsync(
                room with { Title = clean, Settings = settings, ChangedAt = Now(), Version = room.Version + 1 }, cancellation).ConfigureAwait(false);

            // Who named no version has nothing to say against a change in between: it is made on top of that one.
            if (written.Outcome != RoomWriteOutcome.StaleVersion || version is not null)
            {
                return Reply(written, RoomChangeKind.Updated);
            }
        }
    }

    /// <summary>Gives a role a new PIN. The old one is dead when the task ends; callers in the meeting stay.</summary>
    /// <exception cref="StorageException">It could not be kept; the old PIN is then still alive.</exception>
    public async Task<RoomReply> RenewPinAsync(RoomId id, Role role, CancellationToken cancellation) => Reply(
        await DrawAsync(() => store.ReplacePinAsync(id, role, PinFactory.Draw(), Now(), cancellation)).ConfigureAwait(false),
        RoomChangeKind.PinRenewed);

    /// <summary>Deletes a room. Its PINs are dead when the task ends.</summary>
    /// <exception cref="StorageException">It could not be kept; the room is then still there.</exception>
    public async Task<RoomReply> DeleteAsync(RoomId id, CancellationToken cancellation)
    {
        Room? last = store.Find(id);
        RoomWrite written = await store.DeleteAsync(id, Now(), cancellation).ConfigureAwait(false);
        return Reply(written with { Room = last }, RoomChangeKind.Deleted);
    }

    /// <summary>What a caller's entry opens, under the brake.</summary>
    /// <param name="source">Where the call comes from.</param>
    /// <param name="digits">The keys pressed; anything that is not a PIN opens nothing.</param>
    /// <param name="tryOfCall">1 for the call's first entry.</param>
    public Task<PinAnswer> FindByPinAsync(GuessSource source, string digits, int tryOfCall) =>
        gate.EnterAsync(source, digits, tryOfCall);

    /// <summary>Makes a room to try the bridge with, when there is none at all.</summary>
    /// <returns>The room that is there first, new or old; null only when the bridge may have no room.</returns>
    /// <exception cref="StorageException">It could not be kept.</exception>
    public async Task<Room?> EnsureDemonstrationAsync(string title, RoomSettings settings, CancellationToken cancellation) =>
        store.List(null, 1) is [Room first] ? first : (await CreateAsync(title, settings, cancellation).ConfigureAwait(false)).Room;

    private static List<RoomProblem> Check(string? title, RoomSettings settings, out string clean)
    {
        List<RoomProblem> problems = [];
        clean = Room.CleanTitle(title);
        if (clean.Length == 0)
        {
            problems.Add(new RoomProblem(nameof(Room.Title), "must have a letter, a number or a sign in it"));
        }
        else if (title!.Length > Room.MaxTitleLength)
        {
            problems.Add(new RoomProblem(nameof(Room.Title), $"must not be longer than {Room.MaxTitleLength}"));
        }

        problems.AddRange(settings.Check());
        return problems;
    }

    private static async Task<RoomWrite> DrawAsync(Func<Task<RoomWrite>> write)
    {
        for (int draw = 0; draw < MostDraws; draw++)
        {
            RoomWrite written = await write().ConfigureAwait(false);
            if (written.Outcome != RoomWriteOutcome.PinTaken)
            {
                return written;
            }
        }

        throw new StorageException("No free PIN was found: the random generator or the database is broken.");
    }

    private RoomReply Reply(RoomWrite written, RoomChangeKind kind)
    {
        switch (written.Outcome)
        {
            case RoomWriteOutcome.Done:
                Changed?.Invoke(new RoomChange(kind, written.Room!));
                return new RoomReply(RoomOutcome.Done, written.Room);
            case RoomWriteOutcome.StaleVersion:
                return new RoomReply(RoomOutcome.StaleVersion, written.Room);
            default:
                return new RoomReply(RoomOutcome.UnknownRoom);
        }
    }

    /// <summary>Wall time as the database keeps it, in whole milliseconds: a room reads back as it was written.</summary>
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
