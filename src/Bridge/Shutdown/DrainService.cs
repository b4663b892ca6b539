using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Shutdown;

/// <summary>Runs the way out: drain until the deadline or until nobody is left, then end what still runs.</summary>
/// <remarks>
/// It works in <see cref="StoppingAsync"/>, which the host awaits before it stops any service: signalling, media and HTTP
/// work as ever until the last call is gone.
/// </remarks>
internal sealed partial class DrainService(
    DrainState state, StopSignals signals, IOptions<ShutdownOptions> options, TimeProvider time, ILogger<DrainService> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <param name="cancellationToken">Cancelled when the host's own limit is reached.</param>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        ShutdownOptions limits = options.Value;
        state.BeginDraining();
        Log.Draining(logger, state.RunningCalls, limits.DrainDeadline);
        using CancellationTokenSource hurry = CancellationTokenSource.CreateLinkedTokenSource(signals.Hurry, cancellationToken);
        bool isEmpty = await WaitForIdleAsync(limits.DrainDeadline, hurry.Token).ConfigureAwait(false);
        if (!isEmpty)
        {
            Log.Ending(logger, state.RunningCalls, signals.Hurry.IsCancellationRequested ? "a second signal" : "the deadline");
            state.BeginEnding();
            isEmpty = await WaitForIdleAsync(limits.GoodbyeTime, cancellationToken).ConfigureAwait(false);
        }

        state.SetEnded();
        Log.Ended(logger, isEmpty ? 0 : state.RunningCalls);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> WaitForIdleAsync(TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            await state.WhenIdleAsync().WaitAsync(limit, time, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return state.RunningCalls == 0;
        }

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1200, EventName = "Draining", Level = LogLevel.Information,
            Message = "Draining: new calls are refused, {Calls} running ones may go on for {Deadline}")]
        public static partial void Draining(ILogger logger, int calls, TimeSpan deadline);

        [LoggerMessage(EventId = 1201, EventName = "EndingCalls", Level = LogLevel.Information,
            Message = "Ending {Calls} calls with a goodbye, because of {Cause}")]
        public static partial void Ending(ILogger logger, int calls, string cause);

        [LoggerMessage(EventId = 1202, EventName = "Drained", Level = LogLevel.Information, Message = "Drained; {Calls} calls were cut off")]
        public static partial void Ended(ILogger logger, int calls);
    }
}
