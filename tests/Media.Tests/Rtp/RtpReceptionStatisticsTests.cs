using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Tests.Rtp;

[Trait("Req", "RTP3")]
public sealed class RtpReceptionStatisticsTests
{
    private RtpReceptionStatistics _statistics = new(1, 8000, new SequenceNumber(65000));

    [Fact]
    public void Loss_is_counted_over_the_wrap()
    {
        for (int i = 0; i < 2000; i++)
        {
            if (i % 10 != 3)
            {
                Assert.Equal(SequenceVerdict.InOrder, Take(65000 + i));
            }
        }

        Assert.Equal(1800, _statistics.PacketsReceived);
        Assert.Equal(200, _statistics.PacketsLost);
        Assert.Equal(65536u + 1463, _statistics.ExtendedHighestSequence);
        Assert.Equal(25, _statistics.TakeFractionLost()); // 10 % of 256
        Assert.Equal(0, _statistics.TakeFractionLost());
    }

    [Fact]
    public void A_late_packet_is_no_loss_in_the_end_and_a_duplicate_is_told()
    {
        Take(65000);
        Take(65002);
        Assert.Equal(1, _statistics.PacketsLost);
        Assert.Equal(SequenceVerdict.Behind, Take(65001));
        Assert.Equal(0, _statistics.PacketsLost);
        Assert.Equal(SequenceVerdict.Behind, Take(65002));
    }

    [Fact]
    public void A_jump_is_believed_at_the_second_packet_in_a_row()
    {
        Take(65000);
        Assert.Equal(SequenceVerdict.Jumped, Take(20000));
        Assert.Equal(SequenceVerdict.Restarted, Take(20001));
        Assert.Equal(SequenceVerdict.InOrder, Take(20002));
        Assert.Equal(0, _statistics.PacketsLost);
    }

    [Fact]
    public void A_single_stray_packet_moves_nothing()
    {
        Take(65000);
        Assert.Equal(SequenceVerdict.Jumped, Take(20000));
        Assert.Equal(SequenceVerdict.InOrder, Take(65001));
        Assert.Equal(SequenceVerdict.Jumped, Take(20001));
        Assert.Equal(SequenceVerdict.InOrder, Take(65002));
        Assert.Equal(3, _statistics.PacketsReceived);
    }

    [Fact]
    public void Jitter_follows_appendix_A_8()
    {
        TimeSpan now = TimeSpan.FromHours(1);
        for (int i = 0; i < 2000; i++)
        {
            // Every other packet 10 ms late: every difference of transit is 80 units.
            _statistics.OnArrival(new RtpTimestamp((uint)(i * 160)), now + TimeSpan.FromMilliseconds((20 * i) + (i % 2 * 10)));
        }

        Assert.InRange(_statistics.Jitter, 79u, 80u);
        Assert.InRange(_statistics.JitterMs, 9.8, 10);
    }

    private SequenceVerdict Take(int sequence) => _statistics.OnSequence(new SequenceNumber((ushort)sequence));
}
