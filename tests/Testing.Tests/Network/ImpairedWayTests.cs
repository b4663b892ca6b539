using PhoneBridge.Testing.Network;

namespace PhoneBridge.Testing.Tests.Network;

public sealed class ImpairedWayTests
{
    private static readonly TimeSpan T0 = TimeSpan.FromHours(1);
    private static readonly TimeSpan Ptime = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void Without_faults_everything_arrives_at_once_in_order_and_unchanged()
    {
        (int Number, TimeSpan Delay, byte[] Bytes)[] arrived = Send(Impairment.None, 100);
        Assert.Equal(Enumerable.Range(0, 100), arrived.Select(a => a.Number));
        Assert.All(arrived, a => Assert.Equal(TimeSpan.Zero, a.Delay));
        Assert.All(arrived, a => Assert.Equal(Datagram(a.Number), a.Bytes));
    }

    [Fact]
    public void Even_jitter_fills_its_range_and_overtakes_when_it_is_more_than_the_packet_time()
    {
        (int Number, TimeSpan Delay, byte[] Bytes)[] arrived = Send(new Impairment { Jitter = TimeSpan.FromMilliseconds(60) }, 5000);
        double[] delays = [.. arrived.Select(a => a.Delay.TotalMilliseconds).Order()];
        Assert.InRange(delays[0], 0, 2);
        Assert.InRange(delays[2500], 28, 32);
        Assert.InRange(delays[^1], 58, 61);
        Assert.True(Overtakings(arrived) > 500);
    }

    [Fact]
    public void Jitter_that_keeps_the_order_never_lets_one_overtake_another()
    {
        (int Number, TimeSpan Delay, byte[] Bytes)[] arrived = Send(new Impairment { Jitter = TimeSpan.FromMilliseconds(60), KeepsOrder = true }, 5000);
        Assert.Equal(Enumerable.Range(0, 5000), arrived.Select(a => a.Number));
        Assert.InRange(arrived.Max(a => a.Delay.TotalMilliseconds), 55, 61);
    }

    [Fact]
    public void Long_tailed_jitter_has_its_mean_and_a_tail_many_times_as_long()
    {
        (int Number, TimeSpan Delay, byte[] Bytes)[] arrived = Send(new Impairment { Jitter = TimeSpan.FromMilliseconds(5), IsLongTailed = true }, 20_000);
        double[] delays = [.. arrived.Select(a => a.Delay.TotalMilliseconds).Order()];
        Assert.InRange(delays.Average(), 5, 6.2);          // half a millisecond of it is the step of this test's clock
        Assert.InRange(delays[10_000], 3, 4.5);            // the median of an exponential is 0.69 of its mean
        Assert.InRange(delays[^1], 30, 41);
    }

    [Fact]
    public void A_stall_holds_everything_and_then_gives_it_all_at_once()
    {
        Impairment impairment = new() { StallStart = 0.01, StallLength = TimeSpan.FromMilliseconds(200), Seed = 4 };
        (int Number, TimeSpan Delay, byte[] Bytes)[] arrived = Send(impairment, 2000);
        Assert.Equal(Enumerable.Range(0, 2000), arrived.Select(a => a.Number));
        Assert.InRange(arrived.Max(a => a.Delay.TotalMilliseconds), 199, 201);
        int bunches = arrived.GroupBy(a => (a.Number * Ptime) + a.Delay).Count(bunch => bunch.Count() >= 9);
        Assert.InRange(bunches, 8, 30);
    }

    [Fact]
    public void Reordering_lets_a_datagram_leave_after_its_follower()
    {
        (int Number, TimeSpan Delay, byte[] Bytes)[] arrived = Send(new Impairment { Reordering = 0.05 }, 2000);
        Assert.Equal(2000, arrived.Length);
        Assert.InRange(Overtakings(arrived), 70, 130);
    }

    [Fact]
    public void A_datagram_held_back_without_a_follower_leaves_in_the_end()
    {
        ImpairedWay way = new(new ImpairmentModel(new Impairment { Reordering = 1 }));
        way.Take([1, 2, 3], T0, isPaused: false);
        Assert.False(way.TryDeliver(T0 + ImpairedWay.LongestHold - TimeSpan.FromMilliseconds(1), out _));
        Assert.True(way.TryDeliver(T0 + ImpairedWay.LongestHold, out byte[]? late));
        Assert.Equal<byte>([1, 2, 3], late);
        Assert.Equal(new ProxyCounts(Received: 1, Lost: 0, Delivered: 1), way.Counts);
    }

    [Fact]
    public void A_doubled_datagram_comes_twice_also_when_it_is_held_back()
    {
        Assert.All(Send(new Impairment { Duplication = 1 }, 100).GroupBy(a => a.Number), copies => Assert.Equal(2, copies.Count()));
        Assert.All(Send(new Impairment { Duplication = 1, Reordering = 0.5 }, 100).GroupBy(a => a.Number), copies => Assert.Equal(2, copies.Count()));
    }

    [Fact]
    public void Corruption_flips_one_bit_of_its_share()
    {
        (int Number, TimeSpan Delay, byte[] Bytes)[] arrived = Send(new Impairment { Corruption = 0.2 }, 2000);
        int[] flipped = [.. arrived.Select((a, i) => a.Bytes.Zip(Datagram(i), (x, y) => int.PopCount(x ^ y)).Sum())];
        Assert.InRange(flipped.Count(bits => bits == 1), 340, 460);
        Assert.DoesNotContain(flipped, bits => bits > 1);
    }

    [Fact]
    public void Truncation_shortens_its_share_and_changes_nothing_else()
    {
        (int Number, TimeSpan Delay, byte[] Bytes)[] arrived = Send(new Impairment { Truncation = 0.2, Corruption = 0.2 }, 2000);
        byte[][] cut = [.. arrived.Select(a => a.Bytes).Where(bytes => bytes.Length < 50)];
        Assert.InRange(cut.Length, 340, 460);
        Assert.All(cut, bytes => Assert.InRange(bytes.Length, 1, 49));
        Assert.True(cut.Select(bytes => bytes.Length).Distinct().Count() > 40);
    }

    [Fact]
    public void A_rare_fault_does_not_move_the_losses_of_a_seed()
    {
        Impairment plain = new() { Loss = 0.1, BurstStart = 0.02, Seed = 9 };
        Impairment rare = plain with { StallStart = 0.05, StallLength = Ptime, Truncation = 0.1 };
        ImpairmentModel one = new(plain), other = new(rare);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal(one.Next(172).Copies, other.Next(172).Copies));
    }

    [Fact]
    public void An_outage_loses_everything_until_it_is_over()
    {
        ImpairedWay way = new(new ImpairmentModel(Impairment.None));
        way.Take([1], T0, isPaused: true);
        way.Take([2], T0, isPaused: false);
        Assert.True(way.TryDeliver(T0, out byte[]? arrived));
        Assert.Equal<byte>([2], arrived);
        Assert.Equal(new ProxyCounts(Received: 2, Lost: 1, Delivered: 1), way.Counts);
    }

    // One datagram each 20 ms, and a look each millisecond. Its number is in its first four bytes; where damage may hit them it is that of the arrival.
    private static (int Number, TimeSpan Delay, byte[] Bytes)[] Send(Impairment impairment, int count)
    {
        ImpairedWay way = new(new ImpairmentModel(impairment));
        bool isDamaging = impairment.Corruption > 0 || impairment.Truncation > 0;
        List<(int, TimeSpan, byte[])> arrived = [];
        for (int ms = 0; ms < (count * 20) + 2000; ms++)
        {
            TimeSpan now = T0 + TimeSpan.FromMilliseconds(ms);
            if (ms % 20 == 0 && ms / 20 < count)
            {
                way.Take(Datagram(ms / 20), now, isPaused: false);
            }

            while (way.TryDeliver(now, out byte[]? datagram))
            {
                int number = isDamaging ? arrived.Count : BitConverter.ToInt32(datagram);
                arrived.Add((number, now - T0 - (number * Ptime), datagram));
            }
        }

        return [.. arrived];
    }

    private static byte[] Datagram(int number)
    {
        byte[] datagram = new byte[50];
        BitConverter.TryWriteBytes(datagram, number);
        return datagram;
    }

    private static int Overtakings((int Number, TimeSpan Delay, byte[] Bytes)[] arrived) =>
        Enumerable.Range(1, arrived.Length - 1).Count(i => arrived[i].Number < arrived[i - 1].Number);
}
