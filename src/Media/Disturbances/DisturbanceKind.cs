namespace PhoneBridge.Media.Disturbances;

/// <summary>A sound that comes from one leg for long and is no speech.</summary>
public enum DisturbanceKind : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>One or a few steady or regularly broken tones.</summary>
    Tone,

    /// <summary>Music of instruments.</summary>
    Music,

    /// <summary>Steady loud noise.</summary>
    Noise,
}
