using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Bridge.Calls;

namespace PhoneBridge.Bridge.Tests.Calls;

public sealed class RoundsTests : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    private readonly List<Exception> _faults = [];
    private readonly FakeTimeProvider _time = new();
    private readonly ControlLoop _loop;
    private readonly Rounds _rounds;

    public RoundsTests()
    {
        _loop = new ControlLoop(_time, _faults.Add);
        _rounds = new Rounds(_loop, Period);
        _loop.Start();
    }

    public void Dispose() => _loop.Dispose();

    [Fact]
    public async Task Each_is_looked_at_once_a_period_and_no_timer_is_left_when_all_have_gone()
    {
        int[] looks = new int[50];
        List<IDisposable> members = await OnLoop(() => Enumerable.Range(0, looks.Length).Select(i => _rounds.Join(() => looks[i]++)).ToList());

        await PassAsync(Period * 5.5);
        int[] seen = await OnLoop(() =>
        {
            members.ForEach(member => member.Dispose());
            return (int[])looks.Clone();
        });
        await PassAsync(Period * 2);

        Assert.All(seen, count => Assert.Equal(5, count));
        Assert.Equal(seen, looks);
        Assert.Equal(0, await OnLoop(() => _loop.Timers));
    }

    [Fact]
    public async Task Who_leaves_in_its_look_or_throws_keeps_nobody_else_from_being_looked_at()
    {
        IDisposable? leaving = null;
        int left = 0, others = 0;
        await OnLoop(() =>
        {
            _rounds.Join(() => others++);
            leaving = _rounds.Join(() =>
            {
                left++;
                leaving!.Dispose();
            });
            _rounds.Join(() => throw new InvalidOperationException("one look failed"));
            return _rounds.Join(() => others++);
        });

        await PassAsync(Period * 3.5);
        (int leftAtLast, int othersAtLast) = await OnLoop(() => (left, others));

        Assert.Equal(1, leftAtLast);
        Assert.Equal(2 * 3, othersAtLast);
        Assert.Equal(["one look failed", "one look failed", "one look failed"], _faults.Select(fault => fault.Message));
    }

    [Fact]
    public async Task One_that_comes_again_at_once_does_not_make_the_rounds_faster()
    {
        int looks = 0;
        for (int i = 0; i < 20; i++)
        {
            await OnLoop(() =>
            {
                _rounds.Join(() => looks++).Dispose();
                return 0;
            });
        }

        await OnLoop(() => _rounds.Join(() => looks++));
        await PassAsync(Period * 4.5);

        Assert.Equal(4, await OnLoop(() => looks));
    }

    // In steps smaller than the rounds' own; after each, the loop has run what is due.
    private async Task PassAsync(TimeSpan time)
    {
        TimeSpan step = Period / 40;
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += step)
        {
            _time.Advance(step);
            await OnLoop(() => 0);
            await OnLoop(() => 0);
        }
    }

    private Task<T> OnLoop<T>(Func<T> work) => _loop.InvokeAsync(() => Task.FromResult(work()));
}
