using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.RoomDirectory;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Rooms.Guessing;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge;

/// <summary>Opens the data folder before the host is built, and hands its parts to whoever needs them.</summary>
/// <param name="storage">The open folder.</param>
internal sealed class StorageSetup(BridgeStorage storage)
{
    private PinGate? _gate;

    /// <summary>Opens the folder.</summary>
    /// <exception cref="StorageException">It cannot be used; the message says how to repair it.</exception>
    public static async Task<StorageSetup> OpenAsync(StorageOptions options)
    {
        try
        {
            return new(await BridgeStorage.OpenAsync(options.PathOf(""), options.Timeout, PinFactory.RestingTime).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(e.Message, e);
        }
    }

    /// <summary>Registers the store, the rooms' door and the gate that looks up PINs. The container closes the folder at the end.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton(_ => storage);
        services.AddSingleton(_ => storage.Rooms);
        services.AddSingleton(_ => _gate ?? throw new InvalidOperationException("The gate is opened right after the host is built."));
        services.AddSingleton(provider => new RoomService(
            storage.Rooms,
            provider.GetRequiredService<PinGate>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<RoomsOptions>>().Value.MaxRooms));
        services.AddHostedService<DatabaseProbe>();
    }

    /// <summary>Restores the brake on guessed PINs; needs the built host for its logger and options.</summary>
    /// <exception cref="StorageException">Its journal cannot be read.</exception>
    public async Task RestoreBrakeAsync(IServiceProvider provider)
    {
        RoomsOptions rooms = provider.GetRequiredService<IOptions<RoomsOptions>>().Value;
        DialogueOptions ivr = provider.GetRequiredService<IOptions<DialogueOptions>>().Value;
        _gate = await PinGate.OpenAsync(
            storage,
            BrakeBudgets.Of(rooms, ivr.Tries),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<StorageOptions>>().Value.Timeout,
            provider.GetRequiredService<ILogger<PinGate>>()).ConfigureAwait(false);
    }
}

/// <summary>Asks the database now and then whether it takes writes, and reports it to the health board.</summary>
internal sealed class DatabaseProbe(BridgeStorage storage, HealthBoard health, IOptions<StorageOptions> options, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Every, time);
        try
        {
            do
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops, or never came up: not a failure of this service.
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        try
        {
            await storage.ProbeAsync(stoppingToken).WaitAsync(options.Value.Timeout, time, stoppingToken).ConfigureAwait(false);
            health.Report(OutsideThing.Database, HealthState.Up);
        }
        catch (Exception e) when (e is StorageException or TimeoutException)
        {
            health.Report(OutsideThing.Database, HealthState.Down, e.Message);
        }
    }
}
