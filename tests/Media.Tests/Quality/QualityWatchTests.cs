using PhoneBridge.Media.Quality;

namespace PhoneBridge.Media.Tests.Quality;

public sealed class QualityWatchTests
{
    private readonly QualityWatch _watch = new();
    private TimeSpan _now = TimeSpan.FromHours(3);

    [Fact]
    public void A_line_turns_bad_after_five_seconds_under_60_and_says_so_once()
    {
        Assert.Equal(QualityTurn.None, Feed(59, seconds: 5));
        Assert.False(_watch.IsBad);
        Assert.Equal(QualityTurn.Bad, Feed(59, seconds: 1));
        Assert.True(_watch.IsBad);
        Assert.Equal(QualityTurn.None, Feed(40, seconds: 30));
    }

    [Fact]
    public void One_better_second_starts_the_count_anew()
    {
        Feed(50, seconds: 5);
        Feed(60, seconds: 1);
        Assert.Equal(QualityTurn.None, Feed(50, seconds: 5));
        Assert.False(_watch.IsBad);
    }

    [Fact]
    public void It_is_good_again_after_ten_seconds_over_70()
    {
        Feed(50, seconds: 6);
        Feed(69, seconds: 60);
        Assert.True(_watch.IsBad);
        Assert.Equal(QualityTurn.None, Feed(71, seconds: 10));
        Assert.Equal(QualityTurn.Good, Feed(71, seconds: 1));
        Assert.False(_watch.IsBad);
        Assert.Equal(QualityTurn.Bad, Feed(10, seconds: 6));
    }

    [Fact]
    public void Seconds_without_a_figure_change_nothing()
    {
        Feed(50, seconds: 3);
        Feed(double.NaN, seconds: 2);
        Assert.Equal(QualityTurn.Bad, Feed(50, seconds: 1));
    }

    /// <summary>The last turn of these seconds, if any.</summary>
    private QualityTurn Feed(double rating, int seconds)
    {
        QualityTurn turn = QualityTurn.None;
        for (int i = 0; i < seconds; i++)
        {
            QualityTurn next = _watch.OnSample(rating, _now);
            turn = next == QualityTurn.None ? turn : next;
            _now += TimeSpan.FromSeconds(1);
        }

        return turn;
    }
}
