using PhoneBridge.Mixer.Io;

namespace PhoneBridge.Mixer.Tests.Io;

[Trait("Req", "RTP9")]
public sealed class PortPoolTests
{
    private static readonly TimeSpan T0 = TimeSpan.FromHours(1);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    [Fact]
    public void Every_pair_lies_in_the_range_and_begins_with_an_even_port()
    {
        PortPool pool = new(30001, 30010, Rest, start: 99);
        List<int> ports = TakeAll(pool, T0);
        ports.Sort();
        Assert.Equal([30002, 30004, 30006, 30008], ports);      // 30010 would need 30011
    }

    [Fact]
    public void The_start_decides_which_pair_comes_first()
    {
        PortPool pool = new(30000, 30099, Rest, start: 17);
        Assert.True(pool.TryTake(T0, out int port));
        Assert.Equal(30034, port);
    }

    [Fact]
    public void A_returned_pair_rests_before_it_comes_again()
    {
        PortPool pool = new(30000, 30001, Rest, start: 0);
        Assert.True(pool.TryTake(T0, out int port));
        pool.Return(port, T0);
        Assert.Equal(1, pool.CountResting(T0));
        Assert.False(pool.TryTake(T0 + Rest - TimeSpan.FromTicks(1), out _));
        Assert.True(pool.TryTake(T0 + Rest, out int again));
        Assert.Equal(port, again);
        Assert.Equal(0, pool.CountResting(T0 + Rest));
    }

    [Fact]
    public void A_pair_in_use_is_never_given_however_long_it_lasts()
    {
        PortPool pool = new(30000, 30003, Rest, start: 0);
        Assert.True(pool.TryTake(T0, out int held));
        for (int hour = 1; hour < 50; hour++)
        {
            TimeSpan now = T0 + TimeSpan.FromHours(hour);
            Assert.True(pool.TryTake(now, out int other));
            Assert.NotEqual(held, other);
            pool.Return(other, now);
        }
    }

    [Fact]
    public void The_whole_range_is_gone_through_before_a_pair_comes_again()
    {
        PortPool pool = new(30000, 30019, TimeSpan.Zero, start: 4);
        HashSet<int> seen = [];
        for (int i = 0; i < 10; i++)
        {
            Assert.True(pool.TryTake(T0, out int port));
            Assert.True(seen.Add(port));
            pool.Return(port, T0);
        }
    }

    [Fact]
    public void A_range_without_a_pair_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PortPool(30001, 30002, Rest, start: 0));

    private static List<int> TakeAll(PortPool pool, TimeSpan now)
    {
        List<int> ports = [];
        while (pool.TryTake(now, out int port))
        {
            ports.Add(port);
        }

        return ports;
    }
}
