using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using PhoneBridge.Bridge.RoomDirectory;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Guessing;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.Tests.Storage;

/// <summary>A data folder of its own for one test; gone with it.</summary>
internal sealed class DataFolder : IDisposable
{
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    internal static readonly DateTimeOffset Wall = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    internal string Path { get; } = Directory.CreateTempSubdirectory("phonebridge-test-").FullName;

    internal string Database => System.IO.Path.Combine(Path, BridgeDatabase.FileName);

    internal string Secrets => System.IO.Path.Combine(Path, SecretsFile.FileName);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    internal Task<BridgeStorage> OpenAsync() => BridgeStorage.OpenAsync(Path, Timeout, PinFactory.RestingTime);

    internal static async Task<RoomService> ServiceAsync(BridgeStorage storage, TimeProvider time, int maxRooms = 1000) => new(
        storage.Rooms,
        await PinGate.OpenAsync(storage, new GuessBrakeOptions(), time, Timeout, NullLogger<PinGate>.Instance),
        time,
        maxRooms);

    internal static Room NewRoom(string title = "Conseil d'école", RoomSettings? settings = null) => new()
    {
        Id = RoomId.NewRandom(),
        Title = title,
        ParticipantPin = PinFactory.Draw(),
        ModeratorPin = PinFactory.Draw(),
        Settings = settings ?? new RoomSettings(),
        CreatedAt = Wall,
        ChangedAt = Wall,
    };

    internal static PinDigest Digest(BridgeStorage storage, Pin pin) => new PinDigester(storage.Secrets.PinDigestKey).Digest(pin);

    /// <summary>The digits alone, as a caller keys them.</summary>
    internal static string Keys(Pin pin) => pin.ToGroups().Replace(" ", "", StringComparison.Ordinal);

    /// <summary>Changes the closed database behind the bridge's back.</summary>
    internal void Execute(string sql)
    {
        using SqliteConnection connection = new($"Data Source={Database};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
