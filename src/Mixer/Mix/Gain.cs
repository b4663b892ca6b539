namespace PhoneBridge.Mixer.Mix;

/// <summary>A gain as a fixed-point factor, so that vectors and scalars agree to the bit.</summary>
/// <param name="Factor">Amplitude ratio times 4096; 41 (-40 dB) to 40 960 (+20 dB), so that a product with a sample fits 32 bits.</param>
internal readonly record struct Gain(int Factor)
{
    /// <summary>Bits behind the point.</summary>
    public const int FractionBits = 12;

    /// <summary>Half a unit, for rounding.</summary>
    public const int Half = 1 << (FractionBits - 1);

    private const double MinDb = -40, MaxDb = 20;

    /// <summary>0 dB.</summary>
    public static readonly Gain Unity = new(1 << FractionBits);

    /// <summary>Changes nothing.</summary>
    public bool IsUnity => Factor == 1 << FractionBits;

    /// <summary>From decibels, held to -40 to +20; what is not a number is 0 dB.</summary>
    public static Gain FromDb(double db) => double.IsNaN(db)
        ? Unity
        : new Gain((int)Math.Round(Math.Pow(10, Math.Clamp(db, MinDb, MaxDb) / 20) * (1 << FractionBits)));
}
