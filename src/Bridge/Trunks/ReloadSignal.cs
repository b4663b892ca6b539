using System.Runtime.InteropServices;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>SIGHUP, as <c>systemctl reload</c> sends it, reloads the trunks. On a terminal it keeps its old meaning: the terminal is closed.</summary>
internal sealed class ReloadSignal(TrunkReload reload, IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    private PosixSignalRegistration? _registration;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!Console.IsInputRedirected)
        {
            return Task.CompletedTask;
        }

        _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;      // without us the signal would end the process
            _ = ReloadAsync();
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _registration?.Dispose();

    private async Task ReloadAsync()
    {
        try
        {
            await reload.ReloadAsync(lifetime.ApplicationStopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
