using Microsoft.Extensions.Logging.Abstractions;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.RoomDirectory;
using PhoneBridge.Bridge.Tests.Storage;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Guessing;

namespace PhoneBridge.Bridge.Tests.RoomDirectory;

public sealed class OpenRoomsTests
{
    [Fact]
    public async Task The_configured_budgets_and_folder_are_used()
    {
        using DataFolder folder = new();
        string inner = Path.Combine(folder.Path, "data");
        RoomsOptions options = new() { WrongPinsPerCallerAndHour = 3, MaxRooms = 1 };
        await using OpenRooms open = await OpenRooms.OpenAsync(
            new StorageOptions { Folder = inner }, options, TimeProvider.System, NullLoggerFactory.Instance);
        Room room = (await open.Rooms.CreateAsync("Salle", new RoomSettings(), TestContext.Current.CancellationToken)).Room!;
        Assert.Equal(RoomOutcome.TooMany, (await open.Rooms.CreateAsync("Salle", new RoomSettings(), TestContext.Current.CancellationToken)).Outcome);
        Assert.True(File.Exists(Path.Combine(inner, "bridge.db")));
        GuessSource caller = new(new CallerTag(1, 1), "carrier");
        for (int i = 0; i < 3; i++)
        {
            await open.Rooms.FindByPinAsync(caller, "100000000", 1);
        }

        Assert.Null((await open.Rooms.FindByPinAsync(caller, DataFolder.Keys(room.ParticipantPin), 1)).Opened);
        Assert.False(open.Gate.IsAlarmed);
    }

    [Fact]
    public void The_shipped_settings_are_those_of_the_brake_itself()
    {
        GuessBrakeOptions configured = OpenRooms.BrakeOf(new RoomsOptions());
        GuessBrakeOptions own = new();
        Assert.Equal(own with { Delays = configured.Delays }, configured);
    }
}
