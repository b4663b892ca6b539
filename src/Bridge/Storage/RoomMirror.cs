using System.Collections.Immutable;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.Storage;

/// <summary>One room in memory.</summary>
/// <param name="Number">Its place in the order of making.</param>
/// <param name="Room">The room.</param>
/// <param name="Participant">Digest of the participants' PIN.</param>
/// <param name="Moderator">Digest of the moderators' PIN.</param>
internal sealed record KeptRoom(long Number, Room Room, PinDigest Participant, PinDigest Moderator);

/// <summary>All rooms in memory at one moment. Immutable: readers on any thread see one whole state.</summary>
internal sealed class RoomMirror
{
    private static readonly Comparer<(long Number, RoomId Id)> ByNumber =
        Comparer<(long Number, RoomId Id)>.Create((a, b) => a.Number.CompareTo(b.Number));

    private readonly ImmutableDictionary<RoomId, KeptRoom> _byId;
    private readonly ImmutableDictionary<PinDigest, (RoomId Id, Role Role)> _byPin;
    private readonly ImmutableSortedSet<(long Number, RoomId Id)> _order;

    private RoomMirror(
        ImmutableDictionary<RoomId, KeptRoom> byId,
        ImmutableDictionary<PinDigest, (RoomId Id, Role Role)> byPin,
        ImmutableSortedSet<(long Number, RoomId Id)> order) => (_byId, _byPin, _order) = (byId, byPin, order);

    internal int Count => _byId.Count;

    /// <summary>Makes the first mirror.</summary>
    internal static RoomMirror Of(IReadOnlyCollection<KeptRoom> rooms) => new(
        rooms.ToImmutableDictionary(kept => kept.Room.Id),
        rooms
            .SelectMany(kept => new[] { (kept.Participant, (kept.Room.Id, Role.Participant)), (kept.Moderator, (kept.Room.Id, Role.Moderator)) })
            .ToImmutableDictionary(pin => pin.Item1, pin => pin.Item2),
        rooms.Select(kept => (kept.Number, kept.Room.Id)).ToImmutableSortedSet(ByNumber));

    internal Room? Find(RoomId id) => _byId.GetValueOrDefault(id)?.Room;

    internal RoomOfPin? Find(PinDigest digest) => _byPin.TryGetValue(digest, out (RoomId Id, Role Role) owner)
        ? new RoomOfPin(_byId[owner.Id].Room, owner.Role)
        : null;

    internal List<Room> List(RoomId? after, int limit)
    {
        // A room that is gone has no place any more: the page then begins at the first.
        int next = after is { } id && _byId.TryGetValue(id, out KeptRoom? last) ? _order.IndexOf((last.Number, id)) + 1 : 0;
        List<Room> page = [];
        for (; next < _order.Count && page.Count < limit; next++)
        {
            page.Add(_byId[_order[next].Id].Room);
        }

        return page;
    }

    internal RoomMirror With(KeptRoom kept) => new(
        _byId.Add(kept.Room.Id, kept),
        _byPin.Add(kept.Participant, (kept.Room.Id, Role.Participant)).Add(kept.Moderator, (kept.Room.Id, Role.Moderator)),
        _order.Add((kept.Number, kept.Room.Id)));

    /// <summary>The room with another title or settings; PINs are not taken from <paramref name="room"/>, they change on their own.</summary>
    internal RoomMirror WithUpdate(Room room)
    {
        KeptRoom kept = _byId[room.Id];
        Room next = room with { ParticipantPin = kept.Room.ParticipantPin, ModeratorPin = kept.Room.ModeratorPin };
        return new RoomMirror(_byId.SetItem(room.Id, kept with { Room = next }), _byPin, _order);
    }

    internal RoomMirror WithPin(RoomId id, Role role, Pin pin, PinDigest digest, long version, DateTimeOffset at)
    {
        KeptRoom kept = _byId[id];
        Room room = kept.Room with { Version = version, ChangedAt = at };
        (KeptRoom next, PinDigest dead) = role == Role.Moderator
            ? (kept with { Room = room with { ModeratorPin = pin }, Moderator = digest }, kept.Moderator)
            : (kept with { Room = room with { ParticipantPin = pin }, Participant = digest }, kept.Participant);
        return new RoomMirror(_byId.SetItem(id, next), _byPin.Remove(dead).Add(digest, (id, role)), _order);
    }

    internal RoomMirror Without(RoomId id)
    {
        KeptRoom kept = _byId[id];
        return new RoomMirror(_byId.Remove(id), _byPin.Remove(kept.Participant).Remove(kept.Moderator), _order.Remove((kept.Number, id)));
    }
}
