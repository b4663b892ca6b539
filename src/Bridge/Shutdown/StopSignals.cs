using System.Runtime.InteropServices;

namespace PhoneBridge.Bridge.Shutdown;

/// <summary>Turns SIGTERM, SIGINT and SIGQUIT into a stop of the host, and a second one into haste.</summary>
/// <remarks>
/// The framework's own handlers take the first signal and pass over all later ones; an operator who presses Ctrl-C twice
/// means it. The console and systemd lifetimes stay in place: stopping twice is one stop.
/// </remarks>
internal sealed class StopSignals(IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _hurry = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _count;

    /// <summary>Cancelled at the second signal.</summary>
    public CancellationToken Hurry => _hurry.Token;

    /// <summary>Takes one signal. Any thread.</summary>
    public void OnSignal()
    {
        if (Interlocked.Increment(ref _count) == 1)
        {
            lifetime.StopApplication();
        }
        else
        {
            _hurry.Cancel();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true; // the process ends when the host has stopped, not by the signal
                OnSignal();
            }));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _hurry.Dispose();
    }
}
