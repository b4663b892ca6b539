namespace PhoneBridge.Media.Quality;

/// <summary>What a sample changed.</summary>
public enum QualityTurn
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The line is bad from now on.</summary>
    Bad,

    /// <summary>The line is good again.</summary>
    Good,
}

/// <summary>Says when a line turned bad and when it is good again, without wavering: each needs its time.</summary>
/// <remarks>Samples and the time go in; no clock inside. Not thread safe: one for each line, owned by its loop; allocates nothing.</remarks>
public sealed class QualityWatch
{
    /// <summary>R under which a line is bad: "many users dissatisfied" and worse (G.109).</summary>
    public const double BadUnder = 60;

    /// <summary>R over which it is good again.</summary>
    public const double GoodOver = 70;

    /// <summary>How long it must have been bad without a break.</summary>
    public static readonly TimeSpan BadFor = TimeSpan.FromSeconds(5);

    /// <summary>How long it must have been good without a break.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(10);

    private TimeSpan? _since;

    /// <summary>Whether the line is bad; false at first.</summary>
    public bool IsBad { get; private set; }

    /// <summary>Takes a sample; one a second is enough.</summary>
    /// <param name="rating">R; what is not a number is passed over.</param>
    /// <param name="now">Monotonic time.</param>
    public QualityTurn OnSample(double rating, TimeSpan now)
    {
        if (double.IsNaN(rating))
        {
            return QualityTurn.None;
        }

        bool speaksForTurn = IsBad ? rating > GoodOver : rating < BadUnder;
        if (!speaksForTurn)
        {
            _since = null;
            return QualityTurn.None;
        }

        _since ??= now;
        if (now - _since < (IsBad ? GoodFor : BadFor))
        {
            return QualityTurn.None;
        }

        _since = null;
        IsBad = !IsBad;
        return IsBad ? QualityTurn.Bad : QualityTurn.Good;
    }
}
