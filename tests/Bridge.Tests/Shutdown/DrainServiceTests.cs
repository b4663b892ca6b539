using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Shutdown;

namespace PhoneBridge.Bridge.Tests.Shutdown;

/// <summary>The way out: refuse new calls, wait, say goodbye, end.</summary>
public sealed class DrainServiceTests : IDisposable
{
    private static readonly ShutdownOptions Limits = new() { DrainDeadline = TimeSpan.FromMinutes(5), GoodbyeTime = TimeSpan.FromSeconds(8) };

    private readonly FakeTimeProvider _time = new();
    private readonly DrainState _state = new();
    private readonly Lifetime _lifetime = new();
    private readonly StopSignals _signals;
    private readonly DrainService _service;

    public DrainServiceTests()
    {
        _signals = new StopSignals(_lifetime);
        _service = new DrainService(_state, _signals, Options.Create(Limits), _time, NullLogger<DrainService>.Instance);
    }

    public void Dispose()
    {
        _signals.Dispose();
        _state.Dispose();
        _lifetime.Dispose();
    }

    [Fact]
    public void Without_calls_the_way_out_is_short()
    {
        Assert.True(_service.StoppingAsync(CancellationToken.None).IsCompletedSuccessfully);
        Assert.Equal(DrainPhase.Ended, _state.Phase);
    }

    [Fact]
    public async Task Running_calls_go_on_and_the_last_to_hang_up_ends_the_wait()
    {
        _state.SetRunningCalls(2);
        Task stopping = _service.StoppingAsync(CancellationToken.None);
        Assert.Equal(DrainPhase.Draining, _state.Phase);
        _state.SetRunningCalls(1);
        Assert.Equal(DrainPhase.Draining, _state.Phase);
        _state.SetRunningCalls(0);
        await stopping;
        Assert.Equal(DrainPhase.Ended, _state.Phase);
    }

    [Fact]
    public async Task At_the_deadline_the_calls_are_ended_with_time_for_a_goodbye()
    {
        _state.SetRunningCalls(1);
        Task<bool> ending = Cancelled(_state.Ending);
        Task stopping = _service.StoppingAsync(CancellationToken.None);
        _time.Advance(Limits.DrainDeadline - TimeSpan.FromMilliseconds(1));
        Assert.Equal(DrainPhase.Draining, _state.Phase);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await ending);
        Assert.Equal(DrainPhase.Ending, _state.Phase);
        Assert.False(stopping.IsCompleted);
        _state.SetRunningCalls(0);
        await stopping;
        Assert.Equal(DrainPhase.Ended, _state.Phase);
    }

    [Fact]
    public async Task A_call_that_does_not_end_is_cut_off_after_the_goodbye()
    {
        _state.SetRunningCalls(1);
        Task<bool> ending = Cancelled(_state.Ending);
        Task stopping = _service.StoppingAsync(CancellationToken.None);
        _time.Advance(Limits.DrainDeadline);
        await ending;

        // The second wait is armed by a continuation of the first: advance until it has been.
        while (!stopping.IsCompleted)
        {
            _time.Advance(Limits.GoodbyeTime);
            await Task.Yield();
        }

        Assert.Equal(DrainPhase.Ended, _state.Phase);
    }

    [Fact]
    public async Task The_first_signal_stops_the_host_and_the_second_cuts_the_wait_short()
    {
        _state.SetRunningCalls(1);
        _signals.OnSignal();
        Assert.True(_lifetime.ApplicationStopping.IsCancellationRequested);
        Task stopping = _service.StoppingAsync(CancellationToken.None);
        Assert.Equal(DrainPhase.Draining, _state.Phase);
        Task<bool> ending = Cancelled(_state.Ending);
        _signals.OnSignal();
        Assert.True(await ending);
        _state.SetRunningCalls(0);
        await stopping;
    }

    [Fact]
    public void A_negative_number_of_calls_is_a_mistake_of_ours() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _state.SetRunningCalls(-1));

    private static Task<bool> Cancelled(CancellationToken token)
    {
        TaskCompletionSource<bool> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(() => source.TrySetResult(true));
        return source.Task;
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
