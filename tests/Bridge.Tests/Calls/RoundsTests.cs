using PhoneBridge.Bridge.Calls;

namespace PhoneBridge.Bridge.Tests.Calls;

public sealed class RoundsTests : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    private readonly List<Exception> _faults = [];
    private readonly ControlLoop _loop;
    private readonly Rounds _rounds;

    private readonly long _start = TimeProvider.System.GetTimestamp();

    public RoundsTests()
    {
        _loop = new ControlLoop(TimeProvider.System, _faults.Add);
        _rounds = new Rounds(_loop, Period);
        _loop.Start();
    }

    public void Dispose() => _loop.Dispose();

    [Fact]
    public async Task Each_is_looked_at_once_a_period_and_no_timer_is_left_when_all_have_gone()
    {
        int[] looks = new int[50];
        List<IDisposable> members = await OnLoop(() => Enumerable.Range(0, looks.Length).Select(i => _rounds.Join(() => looks[i]++)).ToList());

        await Task.Delay(Period * 5.5, TestContext.Current.CancellationToken);
        int[] seen = await OnLoop(() =>
        {
            members.ForEach(member => member.Dispose());
            return (int[])looks.Clone();
        });
        await Task.Delay(Period * 2, TestContext.Current.CancellationToken);

        Assert.All(seen, count => Assert.InRange(count, 2, MostLooks));
        Assert.True(seen.Max() - seen.Min() <= 1, "a round takes all");
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

        await Task.Delay(Period * 3.5, TestContext.Current.CancellationToken);
        (int leftAtLast, int othersAtLast) = await OnLoop(() => (left, others));

        Assert.Equal(1, leftAtLast);
        Assert.InRange(othersAtLast, 2, 2 * MostLooks);
        Assert.True(othersAtLast % 2 == 0, "both or none");
        Assert.All(_faults, fault => Assert.Equal("one look failed", fault.Message));
        Assert.NotEmpty(_faults);
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
        await Task.Delay(Period * 4.5, TestContext.Current.CancellationToken);

        Assert.InRange(await OnLoop(() => looks), 1, MostLooks);
    }

    /// <summary>On a loaded machine rounds are late, never more than there is time for.</summary>
    private int MostLooks => (int)(TimeProvider.System.GetElapsedTime(_start) / Period) + 1;

    private Task<T> OnLoop<T>(Func<T> work) => _loop.InvokeAsync(() => Task.FromResult(work()));
}
