using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Rooms.Guessing;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.RoomDirectory;

/// <summary>The data folder, opened, and the door to its rooms. Dispose last: it writes what was handed in.</summary>
public sealed class OpenRooms : IAsyncDisposable
{
    private OpenRooms(BridgeStorage storage, PinGate gate, RoomService rooms) => (Storage, Gate, Rooms) = (storage, gate, rooms);

    /// <summary>What is kept: journals, API keys, secrets.</summary>
    public BridgeStorage Storage { get; }

    /// <summary>The brake on guessed PINs, for its alarm.</summary>
    public PinGate Gate { get; }

    /// <summary>The one door to rooms.</summary>
    public RoomService Rooms { get; }

    /// <summary>Opens the folder and restores the brake.</summary>
    /// <exception cref="StorageException">The folder cannot be used; the message is for the operator.</exception>
    public static async Task<OpenRooms> OpenAsync(StorageOptions storage, RoomsOptions rooms, TimeProvider time, ILoggerFactory loggers)
    {
        BridgeStorage open = await BridgeStorage.OpenAsync(
            storage.PathOf(""), storage.Timeout, PinFactory.RestingTime).ConfigureAwait(false);
        try
        {
            PinGate gate = await PinGate.OpenAsync(open, BrakeOf(rooms), time, storage.Timeout, loggers.CreateLogger<PinGate>()).ConfigureAwait(false);
            return new OpenRooms(open, gate, new RoomService(open.Rooms, gate, time, rooms.MaxRooms));
        }
        catch
        {
            await open.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The brake's budgets as configured.</summary>
    internal static GuessBrakeOptions BrakeOf(RoomsOptions rooms) => new()
    {
        CallerPerHour = rooms.WrongPinsPerCallerAndHour,
        Quarantine = rooms.CallerQuarantine,
        AnonymousPerMinute = rooms.WrongPinsOfHiddenCallersPerMinute,
        TrunkPerMinute = rooms.WrongPinsPerTrunkAndMinute,
        AlarmPerMinute = rooms.WrongPinAlarmPerMinute,
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Storage.DisposeAsync();
}
