using PhoneBridge.Bridge.Storage;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Attendance;
using PhoneBridge.Rooms.Guessing;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Tests.Storage;

public sealed class JournalTests : IAsyncLifetime
{
    private readonly DataFolder _folder = new();
    private BridgeStorage _storage = null!;

    public async ValueTask InitializeAsync() => _storage = await _folder.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    private static AttendanceEntry Line(MeetingId meeting, RoomId room, long revision, int part = 0) => new()
    {
        Meeting = meeting,
        Room = room,
        Revision = revision,
        Part = part,
        At = DataFolder.Wall,
        Kind = AttendanceKind.Left,
        By = Actor.Api("bureau"),
        Participant = ParticipantId.NewRandom(),
        Role = Role.Moderator,
        Label = "Mme Martin",
        MaskedNumber = "+33 6 •• •• •• 21",
        Mutes = MuteCauses.Lock | MuteCauses.Self,
        Reason = LeaveReason.Removed,
        Stayed = TimeSpan.FromMinutes(3),
        Talked = TimeSpan.FromMilliseconds(1234),
    };

    [Fact]
    public async Task Attendance_reads_back_in_order_and_keeps_a_line_once()
    {
        MeetingId meeting = MeetingId.NewRandom();
        RoomId room = RoomId.NewRandom();
        AttendanceEntry bare = new()
        {
            Meeting = meeting,
            Room = room,
            Revision = 10,
            At = DataFolder.Wall,
            Kind = AttendanceKind.Ended,
            By = Actor.Caller(ParticipantId.NewRandom()),
        };
        AttendanceEntry[] lines = [Line(meeting, room, 2), Line(meeting, room, 9, 1), Line(meeting, room, 9), bare];
        Assert.Equal(3, await _storage.Attendance.AddAsync(lines[..3]));
        Assert.Equal(1, await _storage.Attendance.AddAsync(lines));
        await _storage.Attendance.AddAsync([Line(MeetingId.NewRandom(), room, 1)]);
        await _storage.DisposeAsync();
        _storage = await _folder.OpenAsync();
        Assert.Equal(
            [lines[0], lines[2], lines[1], lines[3]],
            await _storage.Attendance.ReadAsync(meeting, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Writes_that_fail_take_no_neighbour_down()
    {
        MeetingId meeting = MeetingId.NewRandom();
        RoomId room = RoomId.NewRandom();

        // A column that may not be null makes the database itself refuse the one in the middle.
        Task[] writes =
        [
            .. Enumerable.Range(1, 50).Select(i => _storage.Attendance.AddAsync([Line(meeting, room, i)])),
            _storage.Brake.AddAsync(new GuessRecord(GuessRecordKind.Wrong, new GuessSource(null, null!)), DataFolder.Wall),
            .. Enumerable.Range(51, 50).Select(i => _storage.Attendance.AddAsync([Line(meeting, room, i)])),
        ];
        await Assert.ThrowsAsync<StorageException>(() => writes[50]);
        await Task.WhenAll(writes.Where(w => w != writes[50]));
        Assert.Equal(100, (await _storage.Attendance.ReadAsync(meeting, TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task The_brake_is_restored_and_old_lines_are_deleted()
    {
        GuessSource villain = new(new CallerTag(1, 2), "carrier");
        GuessSource friend = new(new CallerTag(3, 4), "carrier");
        GuessRecord wrong = new(GuessRecordKind.Wrong, villain);
        for (int i = 0; i < 9; i++)
        {
            await _storage.Brake.AddAsync(wrong, DataFolder.Wall);
        }

        await _storage.Brake.AddAsync(new GuessRecord(GuessRecordKind.Wrong, new GuessSource(null, "carrier")), DataFolder.Wall);
        await _storage.Brake.AddAsync(new GuessRecord(GuessRecordKind.Known, friend), DataFolder.Wall);

        async Task<(int Lines, GuessBrake Brake)> RestoreAsync(TimeSpan later)
        {
            GuessBrake brake = new(new GuessBrakeOptions());
            return (await _storage.Brake.RestoreAsync(brake, DataFolder.Wall + later, TimeSpan.FromSeconds(1)), brake);
        }

        (int lines, GuessBrake brake) = await RestoreAsync(TimeSpan.FromHours(23));
        Assert.Equal(11, lines);
        Assert.False(brake.MayLookUp(villain, TimeSpan.FromSeconds(1)));
        Assert.True(brake.MayLookUp(villain, TimeSpan.FromHours(1.1)));
        Assert.Equal(1, (await RestoreAsync(TimeSpan.FromHours(25.1))).Lines);
        Assert.Equal(0, (await RestoreAsync(TimeSpan.FromDays(31))).Lines);
    }

    [Fact]
    public async Task An_api_key_opens_until_it_is_revoked_also_after_a_restart()
    {
        NewApiKey made = await _storage.ApiKeys.CreateAsync(" Bureau\r\n", DataFolder.Wall);
        string text = made.Reveal();
        Assert.StartsWith("pbk_", text, StringComparison.Ordinal);
        Assert.Equal("Bureau", made.Key.Name);
        Assert.DoesNotContain(text, made.ToString(), StringComparison.Ordinal);
        await ReopenAsync();
        Assert.Equal(made.Key, _storage.ApiKeys.Verify(text));
        Assert.All(new[] { null, "", "pbk_", text[..^1], text + "x", new string('x', 100_000) }, wrong => Assert.Null(_storage.ApiKeys.Verify(wrong)));

        Assert.True(await _storage.ApiKeys.RevokeAsync(made.Key.Id, DataFolder.Wall));
        Assert.Null(_storage.ApiKeys.Verify(text));
        Assert.False(await _storage.ApiKeys.RevokeAsync(made.Key.Id, DataFolder.Wall));
        Assert.False(await _storage.ApiKeys.RevokeAsync("nobody", DataFolder.Wall));
        await ReopenAsync();
        Assert.Null(_storage.ApiKeys.Verify(text));
        Assert.NotNull(Assert.Single(_storage.ApiKeys.List()).RevokedAt);
    }

    private async Task ReopenAsync()
    {
        await _storage.DisposeAsync();
        _storage = await _folder.OpenAsync();
    }
}
