namespace PhoneBridge.Testing.Network;

/// <summary>What a bad network does to datagrams. All shares are [0..1].</summary>
public sealed record Impairment
{
    /// <summary>A network without faults.</summary>
    public static readonly Impairment None = new();

    /// <summary>Share lost at random.</summary>
    public double Loss { get; init; }

    /// <summary>Chance per datagram that a burst of loss begins (Gilbert model: good to bad).</summary>
    public double BurstStart { get; init; }

    /// <summary>Chance per datagram that a burst ends (bad to good); 0.25 makes bursts of four on average.</summary>
    public double BurstEnd { get; init; } = 0.25;

    /// <summary>Share lost within a burst.</summary>
    public double BurstLoss { get; init; } = 1;

    /// <summary>Delay of every datagram.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Further delay, different for each datagram: between 0 and this, or this on average when <see cref="IsLongTailed"/>.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Jitter is exponential with <see cref="Jitter"/> as its mean, cut off at eight times it: mostly small, now and then large, as behind a busy queue.</summary>
    public bool IsLongTailed { get; init; }

    /// <summary>Jitter delays a datagram no less than the one before it, as in a queue; else one may overtake another when jitter is more than the packet time.</summary>
    public bool KeepsOrder { get; init; }

    /// <summary>Chance per datagram that the way stalls: nothing arrives for <see cref="StallLength"/>, then all at once.</summary>
    public double StallStart { get; init; }

    /// <summary>How long a stall lasts.</summary>
    public TimeSpan StallLength { get; init; }

    /// <summary>Share held back until after its follower.</summary>
    public double Reordering { get; init; }

    /// <summary>Share delivered twice.</summary>
    public double Duplication { get; init; }

    /// <summary>Share with one flipped bit.</summary>
    public double Corruption { get; init; }

    /// <summary>Share cut off at a random place; at least one byte is left and one is missing.</summary>
    public double Truncation { get; init; }

    /// <summary>What happens to the next datagrams is decided here; the same seed gives the same fate.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>The fate of one datagram.</summary>
/// <param name="Copies">0: lost.</param>
/// <param name="Delay">Time under way.</param>
/// <param name="IsHeldBack">Leaves after its follower.</param>
/// <param name="FlippedBit">Bit to flip, counted from the start; -1 for none.</param>
/// <param name="Length">Bytes that are left of it.</param>
/// <param name="StallsFor">The way stalls from now on for so long; zero for not.</param>
internal readonly record struct Fate(int Copies, TimeSpan Delay, bool IsHeldBack, int FlippedBit, int Length, TimeSpan StallsFor);

/// <summary>Decides the fate of datagram after datagram. A core: no socket, no clock. One thread at a time.</summary>
internal sealed class ImpairmentModel(Impairment impairment)
{
    private const double LongestTail = 8;

    private readonly Random _random = new(impairment.Seed);

    // Of its own, so that a seed's losses are the same with and without these faults.
    private readonly Random _rareRandom = new(impairment.Seed ^ 0x5A17);
    private bool _isBurst;

    public Fate Next(int bytes)
    {
        _isBurst = _isBurst ? _random.NextDouble() >= impairment.BurstEnd : _random.NextDouble() < impairment.BurstStart;
        // Each datagram draws the same number of values, so that one setting does not move the fate another one decides.
        bool lostAtRandom = _random.NextDouble() < impairment.Loss;
        bool lostInBurst = _random.NextDouble() < impairment.BurstLoss && _isBurst;
        bool isDoubled = _random.NextDouble() < impairment.Duplication;
        bool isHeldBack = _random.NextDouble() < impairment.Reordering;
        bool isCorrupted = _random.NextDouble() < impairment.Corruption;
        double jitter = _random.NextDouble();
        int bit = _random.Next(Math.Max(1, bytes * 8));
        bool isStalled = _rareRandom.NextDouble() < impairment.StallStart;
        bool isTruncated = _rareRandom.NextDouble() < impairment.Truncation;
        int length = 1 + _rareRandom.Next(Math.Max(1, bytes - 1));
        return new Fate(
            lostAtRandom || lostInBurst ? 0 : isDoubled ? 2 : 1,
            impairment.Delay + (Stretch(jitter) * impairment.Jitter),
            isHeldBack,
            isCorrupted ? bit : -1,
            isTruncated && bytes > 1 ? length : bytes,
            isStalled ? impairment.StallLength : TimeSpan.Zero);
    }

    /// <summary>Whether datagrams never overtake each other.</summary>
    public bool KeepsOrder => impairment.KeepsOrder;

    private double Stretch(double even) => impairment.IsLongTailed ? Math.Min(LongestTail, -Math.Log(1 - even)) : even;
}
