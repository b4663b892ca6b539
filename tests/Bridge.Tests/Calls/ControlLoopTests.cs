using PhoneBridge.Bridge.Calls;

namespace PhoneBridge.Bridge.Tests.Calls;

public sealed class ControlLoopTests : IDisposable
{
    private readonly List<Exception> _faults = [];
    private readonly ControlLoop _loop;

    public ControlLoopTests()
    {
        _loop = new ControlLoop(TimeProvider.System, _faults.Add);
        _loop.Start();
    }

    public void Dispose() => _loop.Dispose();

    [Fact]
    public async Task Work_runs_in_the_order_of_posting_on_one_thread()
    {
        List<int> order = [];
        for (int i = 0; i < 100; i++)
        {
            int n = i;
            _loop.Post(() => order.Add(_loop.IsCurrent ? n : -1));
        }

        int count = await _loop.InvokeAsync(() => Task.FromResult(order.Count));

        Assert.Equal(100, count);
        Assert.Equal(Enumerable.Range(0, 100), order);
    }

    [Fact]
    public async Task An_await_in_posted_work_comes_back_to_the_loop()
    {
        bool back = await _loop.InvokeAsync(async () =>
        {
            await Task.Run(() => { });
            return _loop.IsCurrent;
        });

        Assert.True(back);
    }

    [Fact]
    public async Task Work_that_throws_is_reported_and_the_loop_goes_on()
    {
        _loop.Post(() => throw new InvalidOperationException("one call failed"));

        Assert.Equal(7, await _loop.InvokeAsync(() => Task.FromResult(7)));
        Assert.Equal("one call failed", Assert.Single(_faults).Message);
    }

    [Fact]
    public async Task Timers_fire_in_the_order_of_their_time_and_cancelled_ones_leave_at_once()
    {
        TaskCompletionSource<string> done = new();
        string fired = "";
        int armed = await _loop.InvokeAsync(() =>
        {
            TimeSpan now = _loop.Now;
            _loop.At(now + TimeSpan.FromMilliseconds(30), () => done.SetResult(fired + "c"));
            _loop.At(now + TimeSpan.FromMilliseconds(10), () => fired += "a");
            _loop.At(now + TimeSpan.FromMilliseconds(10), () => fired += "b");
            _loop.At(now + TimeSpan.FromMinutes(30), () => fired += "x").Dispose();
            return Task.FromResult(_loop.Timers);
        });

        Assert.Equal(3, armed);
        Assert.Equal("abc", await done.Task);
        Assert.Equal(0, await _loop.InvokeAsync(() => Task.FromResult(_loop.Timers)));
    }
}
