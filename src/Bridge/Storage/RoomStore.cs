using Microsoft.EntityFrameworkCore;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.Storage;

/// <summary>Rooms and PINs in the database, all of them mirrored in memory: looking one up never waits for the disk.</summary>
/// <remarks>About 1 kB a room. The mirror is replaced by the writer after each commit, in the order of the commits.</remarks>
internal sealed class RoomStore : IRoomStore, IDisposable
{
    private static readonly RoomWrite Done = new(RoomWriteOutcome.Done, null);

    private readonly BridgeDatabase _database;
    private readonly PinDigester _digester;
    private readonly PinCipher _cipher;
    private readonly TimeSpan _pinRest;
    private volatile RoomMirror _mirror;

    /// <summary>Reads everything into memory.</summary>
    /// <param name="database">Where the rows are.</param>
    /// <param name="secrets">The keys of the digests and of the cipher.</param>
    /// <param name="pinRest">How long a dead PIN is not drawn again.</param>
    internal RoomStore(BridgeDatabase database, BridgeSecrets secrets, TimeSpan pinRest)
    {
        _database = database;
        _pinRest = pinRest;
        _digester = new PinDigester(secrets.PinDigestKey);
        _cipher = new PinCipher(secrets.PinEncryptionKey);
        _mirror = Load();
    }

    /// <inheritdoc/>
    public int Count => _mirror.Count;

    /// <inheritdoc/>
    public Room? Find(RoomId id) => _mirror.Find(id);

    /// <inheritdoc/>
    public RoomOfPin? FindByPin(PinDigest digest) => _mirror.Find(digest);

    /// <inheritdoc/>
    public IReadOnlyList<Room> List(RoomId? after, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return _mirror.List(after, limit);
    }

    /// <inheritdoc/>
    public Task<RoomWrite> AddAsync(Room room, CancellationToken cancellation)
    {
        PinDigest participant = _digester.Digest(room.ParticipantPin);
        PinDigest moderator = _digester.Digest(room.ModeratorPin);
        RoomRow row = RoomMapping.ToRow(room);
        return WriteAsync(
            database =>
            {
                if (participant.Equals(moderator) || IsTaken(database, participant, room.CreatedAt) || IsTaken(database, moderator, room.CreatedAt))
                {
                    return new RoomWrite(RoomWriteOutcome.PinTaken, null);
                }

                database.Rooms.Add(row);
                database.Pins.Add(ToRow(room.Id, Role.Participant, room.ParticipantPin, participant));
                database.Pins.Add(ToRow(room.Id, Role.Moderator, room.ModeratorPin, moderator));
                return Done;
            },
            mirror => mirror.With(new KeptRoom(row.Number, room, participant, moderator)),
            room.Id,
            cancellation);
    }

    /// <inheritdoc/>
    public Task<RoomWrite> UpdateAsync(Room room, CancellationToken cancellation) => WriteAsync(
        database =>
        {
            // The mirror lags behind the batch that is being written; only the row is sure.
            if (database.Rooms.SingleOrDefault(r => r.Id == room.Id.ToString()) is not { } row)
            {
                return new RoomWrite(RoomWriteOutcome.UnknownRoom, null);
            }

            if (row.Version != room.Version - 1)
            {
                return new RoomWrite(RoomWriteOutcome.StaleVersion, Find(room.Id));
            }

            RoomMapping.Copy(room, row);
            return Done;
        },
        mirror => mirror.WithUpdate(room),
        room.Id,
        cancellation);

    /// <inheritdoc/>
    public Task<RoomWrite> ReplacePinAsync(RoomId id, Role role, Pin pin, DateTimeOffset at, CancellationToken cancellation)
    {
        PinDigest digest = _digester.Digest(pin);
        long version = 0;
        return WriteAsync(
            database =>
            {
                if (database.Rooms.SingleOrDefault(r => r.Id == id.ToString()) is not { } row)
                {
                    return new RoomWrite(RoomWriteOutcome.UnknownRoom, null);
                }

                if (IsTaken(database, digest, at))
                {
                    return new RoomWrite(RoomWriteOutcome.PinTaken, Find(id));
                }

                Retire(database, database.Pins.Where(p => p.RoomId == row.Id && p.Role == role && p.RestsUntil == null), at);
                database.Pins.Add(ToRow(id, role, pin, digest));
                row.ChangedAt = at.ToUnixTimeMilliseconds();
                version = ++row.Version;
                return Done;
            },
            mirror => mirror.WithPin(id, role, pin, digest, version, at),
            id,
            cancellation);
    }

    /// <inheritdoc/>
    public Task<RoomWrite> DeleteAsync(RoomId id, DateTimeOffset at, CancellationToken cancellation) => WriteAsync(
        database =>
        {
            if (database.Rooms.SingleOrDefault(r => r.Id == id.ToString()) is not { } row)
            {
                return new RoomWrite(RoomWriteOutcome.UnknownRoom, null);
            }

            Retire(database, database.Pins.Where(p => p.RoomId == row.Id && p.RestsUntil == null), at);
            database.Rooms.Remove(row);
            return Done;
        },
        mirror => mirror.Without(id),
        id,
        cancellation);

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();

    private async Task<RoomWrite> WriteAsync(
        Func<BridgeDbContext, RoomWrite> write, Func<RoomMirror, RoomMirror> reflect, RoomId id, CancellationToken cancellation)
    {
        Room? kept = null;
        RoomWrite written = await _database.Writer.WriteAsync(
            write,
            result =>
            {
                if (result == Done)
                {
                    _mirror = reflect(_mirror);
                    kept = _mirror.Find(id);
                }
            }).WaitAsync(cancellation).ConfigureAwait(false);
        return written == Done ? written with { Room = kept } : written;
    }

    private void Retire(BridgeDbContext database, IQueryable<PinRow> pins, DateTimeOffset at)
    {
        foreach (PinRow pin in pins.ToArray())
        {
            pin.Encrypted = null;
            pin.RestsUntil = (at + _pinRest).ToUnixTimeMilliseconds();
        }

        database.SaveChanges();
    }

    /// <summary>Live, or resting still. One that has rested long enough is forgotten here and now.</summary>
    private static bool IsTaken(BridgeDbContext database, PinDigest digest, DateTimeOffset at)
    {
        if (database.Pins.Find(digest.ToBytes()) is not { } pin)
        {
            return false;
        }

        if (pin.RestsUntil is not { } until || until > at.ToUnixTimeMilliseconds())
        {
            return true;
        }

        database.Pins.Remove(pin);
        database.SaveChanges();
        return false;
    }

    private PinRow ToRow(RoomId room, Role role, Pin pin, PinDigest digest) => new()
    {
        Digest = digest.ToBytes(),
        RoomId = room.ToString(),
        Role = role,
        Encrypted = _cipher.Encrypt(pin, room, role),
    };

    private RoomMirror Load()
    {
        using BridgeDbContext database = _database.Read();
        ILookup<string, PinRow> pins = database.Pins.Where(p => p.RestsUntil == null).AsEnumerable().ToLookup(p => p.RoomId);
        List<KeptRoom> rooms = [];
        foreach (RoomRow row in database.Rooms.OrderBy(r => r.Number))
        {
            RoomId id = RoomMapping.IdOf(row);
            (Pin Pin, PinDigest Digest) participant = Read(pins[row.Id], id, Role.Participant);
            (Pin Pin, PinDigest Digest) moderator = Read(pins[row.Id], id, Role.Moderator);
            rooms.Add(new KeptRoom(row.Number, RoomMapping.ToRoom(row, participant.Pin, moderator.Pin), participant.Digest, moderator.Digest));
        }

        return RoomMirror.Of(rooms);
    }

    private (Pin Pin, PinDigest Digest) Read(IEnumerable<PinRow> pins, RoomId room, Role role) =>
        pins.SingleOrDefault(p => p.Role == role) is { Encrypted: { } encrypted } row
            ? (_cipher.Decrypt(encrypted, room, role), PinDigest.FromBytes(row.Digest))
            : throw new StorageException($"Room {room} has lost a PIN: the database is damaged.");
}
