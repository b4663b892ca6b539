namespace PhoneBridge.Media.ComfortNoise;

/// <summary>What a comfort noise payload says of the noise in the peer's room (RFC 3389 §3). A view: valid as long as the payload's bytes.</summary>
public readonly ref struct NoiseDescription
{
    /// <summary>Most reflection coefficients that are used; what a payload has beyond is left out.</summary>
    public const int MaxOrder = 12;

    /// <summary>Loudest noise that is made [dBov]. No room that anybody phones from is louder, and a stranger's packet may not deafen a conference.</summary>
    public const int LoudestDbov = -30;

    // Nearer to 1 the filter would ring for seconds.
    private const float GreatestCoefficient = 0.98f;

    private readonly ReadOnlySpan<byte> _coefficients;

    private NoiseDescription(int levelDbov, ReadOnlySpan<byte> coefficients)
    {
        LevelDbov = levelDbov;
        _coefficients = coefficients;
    }

    /// <summary>Level of the noise [dBov], -127 to <see cref="LoudestDbov"/>.</summary>
    public int LevelDbov { get; }

    /// <summary>How many reflection coefficients shape its spectrum, 0 to <see cref="MaxOrder"/>; 0 is flat.</summary>
    public int Order => _coefficients.Length;

    /// <summary>One reflection coefficient, -0.98 to 0.98 (§3.2: 258 (N - 127) / 32768).</summary>
    public float Coefficient(int index) =>
        Math.Clamp(258 * (_coefficients[index] - 127) / 32768f, -GreatestCoefficient, GreatestCoefficient);

    /// <summary>Reads one payload from the network. Never throws: false when it is empty.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out NoiseDescription value)
    {
        value = default;
        if (payload.IsEmpty)
        {
            return false;
        }

        // §3.1: the level with its sign dropped; the first bit is 0.
        int level = Math.Min(LoudestDbov, -(payload[0] & 0x7F));
        value = new NoiseDescription(level, payload.Slice(1, Math.Min(MaxOrder, payload.Length - 1)));
        return true;
    }
}
