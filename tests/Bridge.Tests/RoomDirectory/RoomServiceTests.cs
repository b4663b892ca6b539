using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Bridge.RoomDirectory;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Bridge.Tests.Storage;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Guessing;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.Tests.RoomDirectory;

public sealed class RoomServiceTests : IAsyncLifetime
{
    private static readonly GuessSource Carrier = new(new CallerTag(1, 2), "carrier");
    private readonly DataFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DataFolder.Wall);
    private BridgeStorage _storage = null!;
    private RoomService _rooms = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await _folder.OpenAsync();
        _rooms = await DataFolder.ServiceAsync(_storage, _time, maxRooms: 3);
    }

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<Room> CreateAsync(string title = "Salle") => (await _rooms.CreateAsync(title, new RoomSettings(), Stop)).Room!;

    private Task<PinAnswer> EnterAsync(string digits, int tryOfCall = 1, GuessSource? source = null) =>
        _rooms.FindByPinAsync(source ?? Carrier, digits, tryOfCall);

    [Fact]
    public async Task A_new_room_opens_with_both_its_pins()
    {
        List<RoomChange> changes = [];
        _rooms.Changed += changes.Add;
        Room room = await CreateAsync(" Conseil\r\nd'école ");
        Assert.Equal("Conseil d'école", room.Title);
        Assert.Equal(room, _rooms.Find(room.Id));
        PinAnswer participant = await EnterAsync(DataFolder.Keys(room.ParticipantPin));
        Assert.Equal((Role.Participant, TimeSpan.Zero), (participant.Opened!.Role, participant.Delay));
        Assert.Equal(Role.Moderator, (await EnterAsync(DataFolder.Keys(room.ModeratorPin))).Opened!.Role);
        Assert.Equal([new RoomChange(RoomChangeKind.Created, room)], changes);
    }

    [Fact]
    public async Task Wrong_fields_are_all_named_and_nothing_is_kept()
    {
        RoomReply reply = await _rooms.CreateAsync("\u200b \n", new RoomSettings { MaxParticipants = 0, MaxDuration = TimeSpan.Zero }, Stop);
        Assert.Equal(RoomOutcome.Invalid, reply.Outcome);
        Assert.Equal(["Title", "MaxParticipants", "MaxDuration"], reply.Problems.Select(p => p.Field));
        RoomReply tooLong = await _rooms.CreateAsync(new string('x', 201), new RoomSettings(), Stop);
        Assert.Equal("Title", Assert.Single(tooLong.Problems).Field);
        Assert.Equal(0, _rooms.Count);
    }

    [Fact]
    public async Task There_are_no_more_rooms_than_allowed()
    {
        for (int i = 0; i < 3; i++)
        {
            await CreateAsync();
        }

        Assert.Equal(RoomOutcome.TooMany, (await _rooms.CreateAsync("Salle", new RoomSettings(), Stop)).Outcome);
        Assert.Equal(3, _rooms.List(null, 10).Count);
    }

    [Fact]
    public async Task A_change_keeps_what_it_does_not_name_and_minds_the_version()
    {
        Room room = await CreateAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        RoomReply reply = await _rooms.UpdateAsync(room.Id, null, s => s with { MicsLocked = true }, room.Version, Stop);
        Assert.Equal(room with { Settings = room.Settings with { MicsLocked = true }, Version = 2, ChangedAt = _time.GetUtcNow() }, reply.Room);
        Assert.Equal(RoomOutcome.StaleVersion, (await _rooms.UpdateAsync(room.Id, "x", s => s, room.Version, Stop)).Outcome);
        Assert.Equal(RoomOutcome.UnknownRoom, (await _rooms.UpdateAsync(RoomId.NewRandom(), "x", s => s, null, Stop)).Outcome);
        Assert.Equal(RoomOutcome.Invalid, (await _rooms.UpdateAsync(room.Id, "", s => s, null, Stop)).Outcome);
        RoomReply[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => Task.Run(() => _rooms.UpdateAsync(room.Id, null, s => s with { MaxParticipants = s.MaxParticipants + 1 }, null, Stop))));
        Assert.All(all, r => Assert.Equal(RoomOutcome.Done, r.Outcome));
        Assert.Equal(358, _rooms.Find(room.Id)!.Settings.MaxParticipants);
    }

    [Fact]
    public async Task A_renewed_pin_and_those_of_a_deleted_room_open_nothing()
    {
        Room room = await CreateAsync();
        Room renewed = (await _rooms.RenewPinAsync(room.Id, Role.Moderator, Stop)).Room!;
        Assert.Null((await EnterAsync(DataFolder.Keys(room.ModeratorPin))).Opened);
        Assert.Equal(Role.Moderator, (await EnterAsync(DataFolder.Keys(renewed.ModeratorPin))).Opened!.Role);
        List<RoomChange> changes = [];
        _rooms.Changed += changes.Add;
        Assert.Equal(RoomOutcome.Done, (await _rooms.DeleteAsync(room.Id, Stop)).Outcome);
        Assert.Equal(RoomChangeKind.Deleted, Assert.Single(changes).Kind);
        Assert.Null((await EnterAsync(DataFolder.Keys(room.ParticipantPin))).Opened);
        Assert.Equal(RoomOutcome.UnknownRoom, (await _rooms.DeleteAsync(room.Id, Stop)).Outcome);
        Assert.Equal(RoomOutcome.UnknownRoom, (await _rooms.RenewPinAsync(room.Id, Role.Moderator, Stop)).Outcome);
    }

    [Fact]
    [Trait("Req", "T18")]
    public async Task Unknown_dead_and_malformed_pins_are_answered_alike()
    {
        Room room = await CreateAsync();
        await _rooms.DeleteAsync(room.Id, Stop);
        for (int i = 1; i <= 3; i++)
        {
            PinAnswer dead = await EnterAsync(DataFolder.Keys(room.ParticipantPin), i);
            Assert.Equal(dead, await EnterAsync(DataFolder.Keys(PinFactory.Draw()), i, new GuessSource(null, "other")));
            Assert.Equal(dead, await EnterAsync("12", i));
            Assert.Equal(dead, await EnterAsync(new string('9', 1000), i));
            Assert.Equal(new PinAnswer(null, TimeSpan.FromSeconds(1 << i), 3 - i), dead);
        }
    }

    [Fact]
    public async Task Nine_wrong_pins_silence_a_number_also_after_a_restart()
    {
        Room room = await CreateAsync();
        for (int i = 0; i < 9; i++)
        {
            await EnterAsync("100000000");
        }

        Assert.Null((await EnterAsync(DataFolder.Keys(room.ParticipantPin))).Opened);
        Assert.NotNull((await EnterAsync(DataFolder.Keys(room.ParticipantPin), source: new GuessSource(new CallerTag(5, 5), "carrier"))).Opened);

        await _storage.DisposeAsync();
        _storage = await _folder.OpenAsync();
        _time.Advance(TimeSpan.FromHours(23));
        _rooms = await DataFolder.ServiceAsync(_storage, _time);
        Assert.Null((await EnterAsync(DataFolder.Keys(room.ParticipantPin))).Opened);
        _time.Advance(TimeSpan.FromHours(1.1));
        Assert.NotNull((await EnterAsync(DataFolder.Keys(room.ParticipantPin))).Opened);
    }

    [Fact]
    public async Task A_demonstration_room_is_made_once()
    {
        Room? first = await _rooms.EnsureDemonstrationAsync("Démonstration", new RoomSettings(), Stop);
        Assert.Equal(first, await _rooms.EnsureDemonstrationAsync("Autre", new RoomSettings(), Stop));
        Assert.Equal("Démonstration", Assert.Single(_rooms.List(null, 10)).Title);
    }

    [Fact]
    public async Task A_look_up_takes_far_less_than_five_milliseconds()
    {
        Room room = await CreateAsync();
        await EnterAsync(DataFolder.Keys(room.ParticipantPin));
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 1000; i++)
        {
            Assert.NotNull((await EnterAsync(DataFolder.Keys(room.ParticipantPin))).Opened);
        }

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Callers_come_in_when_the_database_is_gone()
    {
        Room room = await CreateAsync();
        await _storage.DisposeAsync();
        Assert.NotNull((await EnterAsync(DataFolder.Keys(room.ParticipantPin))).Opened);
        Assert.Equal(new PinAnswer(null, TimeSpan.FromSeconds(2), 2), await EnterAsync("100000000"));
        await Assert.ThrowsAsync<StorageException>(() => _rooms.CreateAsync("Salle", new RoomSettings(), Stop));
        _storage = await _folder.OpenAsync();
    }
}
