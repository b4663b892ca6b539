using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Quality;

namespace PhoneBridge.Media.Tests.Quality;

public sealed class EModelTests
{
    private static readonly LineConditions Clean = new(AudioFormat.Pcma, 50, 0);

    [Theory]
    [InlineData(0, 93.2)]
    [InlineData(100, 93.2)]
    [InlineData(150, 93.0)]
    [InlineData(200, 90.2)]
    [InlineData(250, 84.3)]
    [InlineData(300, 78.4)]
    [InlineData(400, 69.1)]
    public void Delay_costs_what_G107_says(double delayMs, double rating) =>
        Assert.Equal(rating, EModel.Rate(Clean with { OneWayDelayMs = delayMs }), 0.06);

    [Theory]
    [InlineData(0.01, 1, 89.56)] // 95 x 1 / (1 + 25.1)
    [InlineData(0.05, 1, 77.42)]
    [InlineData(0.05, 2, 75.99)]
    [InlineData(0.20, 1, 51.07)]
    public void Loss_costs_what_G107_says_and_more_in_bursts(double loss, double burst, double rating) =>
        Assert.Equal(rating, EModel.Rate(Clean with { LossFraction = loss, BurstRatio = burst }), 0.02);

    [Fact]
    public void What_was_made_up_counts_like_loss()
    {
        Assert.Equal(EModel.Rate(Clean with { LossFraction = 0.04 }), EModel.Rate(Clean with { LossFraction = 0.01, ConcealedShare = 0.04 }));
        Assert.Equal(EModel.Rate(Clean with { LossFraction = 0.04 }), EModel.Rate(Clean with { LossFraction = 0.04, ConcealedShare = 0.01 }));
    }

    [Fact]
    public void Wide_band_ends_at_the_scale_of_the_telephone_band()
    {
        Assert.Equal(EModel.BestRating, EModel.Rate(Clean with { Format = AudioFormat.G722 }));
        Assert.Equal(EModel.BestRating, EModel.Rate(Clean with { Format = AudioFormat.Opus() }));
        Assert.True(EModel.Rate(Clean with { Format = AudioFormat.Opus(), LossFraction = 0.1 }) < 70);
    }

    [Fact]
    public void Echo_costs_more_the_louder_and_the_later_it_is()
    {
        LineConditions echo = Clean with { EchoLossDb = 20, EchoDelayMs = 200 };
        double rating = EModel.Rate(echo);
        Assert.InRange(rating, 20, 60);
        Assert.True(EModel.Rate(echo with { EchoLossDb = 10 }) < rating);
        Assert.True(EModel.Rate(echo with { EchoDelayMs = 400 }) < rating);
        Assert.True(EModel.Rate(echo with { EchoLossDb = 55, EchoDelayMs = 50 }) > 88);
        Assert.True(EModel.Rate(echo with { EchoDelayMs = 0 }) > 93);
    }

    [Theory]
    [InlineData(93.2, 4.41)] // the default connection of G.107
    [InlineData(90, 4.34)]   // G.109, table 1: lower ends of the categories
    [InlineData(80, 4.02)]
    [InlineData(70, 3.60)]
    [InlineData(60, 3.10)]
    [InlineData(50, 2.58)]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(100, 4.5)]
    public void The_opinion_score_follows_annex_B(double rating, double mos) => Assert.Equal(mos, EModel.MosCqe(rating), 0.006);

    [Fact]
    public void Nonsense_from_the_network_gives_a_rating_all_the_same()
    {
        double[] strange = [double.NaN, double.NegativeInfinity, double.PositiveInfinity, -1, 0, 1e300, 2];
        foreach (double a in strange)
        {
            foreach (double b in strange)
            {
                double rating = EModel.Rate(new LineConditions(default, a, b) { BurstRatio = b, ConcealedShare = a, EchoLossDb = b, EchoDelayMs = a });
                Assert.InRange(rating, 0, EModel.BestRating);
                Assert.InRange(EModel.MosCqe(rating), 1, 4.5);
            }

            Assert.InRange(EModel.MosCqe(a), 1, 4.5);
        }
    }
}
