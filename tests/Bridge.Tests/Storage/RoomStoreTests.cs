using PhoneBridge.Bridge.Storage;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.Tests.Storage;

public sealed class RoomStoreTests : IAsyncLifetime
{
    private readonly DataFolder _folder = new();
    private BridgeStorage _storage = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IRoomStore Rooms => _storage.Rooms;

    public async ValueTask InitializeAsync() => _storage = await _folder.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    private async Task ReopenAsync()
    {
        await _storage.DisposeAsync();
        _storage = await _folder.OpenAsync();
    }

    private RoomOfPin? Find(Pin pin) => Rooms.FindByPin(DataFolder.Digest(_storage, pin));

    [Fact]
    public async Task A_room_reads_back_as_it_was_written()
    {
        Room room = DataFolder.NewRoom("Réunion 😀", new RoomSettings
        {
            Language = RoomLanguage.English,
            MuteOnEntry = true,
            MicsLocked = true,
            MaxParticipants = 12,
            MaxDuration = TimeSpan.FromMinutes(61),
            RequireModerator = false,
            WaitingReminder = TimeSpan.FromSeconds(45),
            MaxWait = TimeSpan.FromMinutes(7),
        });
        Assert.Equal(RoomWriteOutcome.Done, (await Rooms.AddAsync(room, Stop)).Outcome);
        Assert.Equal(room, Rooms.Find(room.Id));
        await ReopenAsync();
        Assert.Equal(room, Rooms.Find(room.Id));
        Assert.Equal(new RoomOfPin(room, Role.Participant), Find(room.ParticipantPin));
        Assert.Equal(new RoomOfPin(room, Role.Moderator), Find(room.ModeratorPin));
        Assert.Null(Find(PinFactory.Draw()));
    }

    [Fact]
    public async Task A_pin_is_unique_over_all_rooms_and_both_roles()
    {
        Room first = DataFolder.NewRoom();
        await Rooms.AddAsync(first, Stop);
        Room[] clashes =
        [
            DataFolder.NewRoom() with { ParticipantPin = first.ParticipantPin },
            DataFolder.NewRoom() with { ParticipantPin = first.ModeratorPin },
            DataFolder.NewRoom() with { ModeratorPin = first.ParticipantPin },
            DataFolder.NewRoom() with { ModeratorPin = first.ModeratorPin },
        ];
        Pin twice = PinFactory.Draw();
        foreach (Room clash in clashes.Append(DataFolder.NewRoom() with { ParticipantPin = twice, ModeratorPin = twice }))
        {
            Assert.Equal(RoomWriteOutcome.PinTaken, (await Rooms.AddAsync(clash, Stop)).Outcome);
            Assert.Null(Rooms.Find(clash.Id));
        }

        Assert.Equal(RoomWriteOutcome.PinTaken, (await Rooms.ReplacePinAsync(first.Id, Role.Participant, first.ModeratorPin, DataFolder.Wall, Stop)).Outcome);
        Assert.NotNull(Find(first.ParticipantPin));
        Assert.Equal(1, Rooms.Count);
    }

    [Fact]
    public async Task A_renewed_pin_is_dead_at_once_and_rests_for_a_year()
    {
        Room room = DataFolder.NewRoom();
        await Rooms.AddAsync(room, Stop);
        Pin fresh = PinFactory.Draw();
        RoomWrite written = await Rooms.ReplacePinAsync(room.Id, Role.Participant, fresh, DataFolder.Wall, Stop);
        Assert.Equal(fresh, written.Room!.ParticipantPin);
        Assert.Equal(room.ModeratorPin, written.Room.ModeratorPin);
        Assert.Equal(2, written.Room.Version);
        await AssertRestsAsync(room.ParticipantPin);
        Assert.Equal(Role.Participant, Find(fresh)!.Role);
        Assert.Equal(Role.Moderator, Find(room.ModeratorPin)!.Role);
    }

    [Fact]
    public async Task The_pins_of_a_deleted_room_are_dead_at_once_and_rest_for_a_year()
    {
        Room room = DataFolder.NewRoom();
        await Rooms.AddAsync(room, Stop);
        Assert.Equal(RoomWriteOutcome.Done, (await Rooms.DeleteAsync(room.Id, DataFolder.Wall, Stop)).Outcome);
        Assert.Null(Rooms.Find(room.Id));
        Assert.Equal(RoomWriteOutcome.UnknownRoom, (await Rooms.DeleteAsync(room.Id, DataFolder.Wall, Stop)).Outcome);
        await AssertRestsAsync(room.ParticipantPin);
        await AssertRestsAsync(room.ModeratorPin);
    }

    private async Task AssertRestsAsync(Pin pin)
    {
        Assert.Null(Find(pin));
        await ReopenAsync();
        Assert.Null(Find(pin));
        TimeSpan year = TimeSpan.FromDays(365);
        Room early = DataFolder.NewRoom() with { ParticipantPin = pin, CreatedAt = DataFolder.Wall + year - TimeSpan.FromMilliseconds(1) };
        Assert.Equal(RoomWriteOutcome.PinTaken, (await Rooms.AddAsync(early, Stop)).Outcome);
        Room late = early with { CreatedAt = DataFolder.Wall + year };
        Assert.Equal(RoomWriteOutcome.Done, (await Rooms.AddAsync(late, Stop)).Outcome);
        Assert.Equal(late.Id, Find(pin)!.Room.Id);
    }

    [Fact]
    public async Task A_change_on_top_of_an_old_version_is_refused()
    {
        Room room = DataFolder.NewRoom();
        await Rooms.AddAsync(room, Stop);
        Room[] rivals = [.. Enumerable.Range(0, 10).Select(i => room with { Title = $"Titre {i}", Version = 2 })];
        RoomWrite[] written = await Task.WhenAll(rivals.Select(rival => Rooms.UpdateAsync(rival, Stop)));
        Assert.Single(written, w => w.Outcome == RoomWriteOutcome.Done);
        Assert.Equal(9, written.Count(w => w.Outcome == RoomWriteOutcome.StaleVersion));
        Assert.Equal(RoomWriteOutcome.UnknownRoom, (await Rooms.UpdateAsync(DataFolder.NewRoom(), Stop)).Outcome);
        Room kept = Rooms.Find(room.Id)!;
        await ReopenAsync();
        Assert.Equal(kept, Rooms.Find(room.Id));
    }

    [Fact]
    public async Task Rooms_are_listed_page_by_page_in_the_order_of_their_making()
    {
        Room[] rooms = [.. Enumerable.Range(0, 7).Select(i => DataFolder.NewRoom($"Salle {i}"))];
        foreach (Room room in rooms)
        {
            await Rooms.AddAsync(room, Stop);
        }

        await Rooms.DeleteAsync(rooms[3].Id, DataFolder.Wall, Stop);
        await ReopenAsync();
        IReadOnlyList<Room> first = Rooms.List(null, 4);
        IReadOnlyList<Room> second = Rooms.List(first[^1].Id, 4);
        Assert.Equal(["Salle 0", "Salle 1", "Salle 2", "Salle 4"], first.Select(r => r.Title));
        Assert.Equal(["Salle 5", "Salle 6"], second.Select(r => r.Title));
    }

    [Fact]
    public async Task Many_write_at_once_and_all_is_kept()
    {
        Room[] rooms = [.. Enumerable.Range(0, 300).Select(i => DataFolder.NewRoom($"Salle {i}"))];
        await Task.WhenAll(rooms.Select(room => Rooms.AddAsync(room, Stop)));
        await ReopenAsync();
        Assert.Equal(300, Rooms.Count);
        Assert.All(rooms, room => Assert.Equal(room.Id, Find(room.ModeratorPin)!.Room.Id));
    }

    [Fact]
    public async Task A_pin_row_moved_to_another_room_is_found_out()
    {
        Room one = DataFolder.NewRoom();
        Room two = DataFolder.NewRoom();
        await Rooms.AddAsync(one, Stop);
        await Rooms.AddAsync(two, Stop);
        await _storage.DisposeAsync();
        _folder.Execute(
            $"UPDATE pins SET Encrypted = (SELECT Encrypted FROM pins WHERE RoomId = '{one.Id}' AND Role = 1) WHERE RoomId = '{two.Id}' AND Role = 0");
        Assert.Contains("another hand", (await Assert.ThrowsAsync<StorageException>(_folder.OpenAsync)).Message, StringComparison.Ordinal);
    }
}
