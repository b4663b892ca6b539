namespace PhoneBridge.Mixer;

/// <summary>A sound that comes from one line for long and is no speech.</summary>
public enum Disturbance
{
    /// <summary>None.</summary>
    None,

    /// <summary>One or a few steady or regularly broken tones.</summary>
    Tone,

    /// <summary>Music, such as a telephone system plays to those on hold.</summary>
    Music,

    /// <summary>Steady loud noise.</summary>
    Noise,
}

/// <summary>A sound that says that no person is at the other end.</summary>
public enum LineTone
{
    /// <summary>A fax machine or modem: calling tone, answering tone or V.21 preamble (RTP15).</summary>
    Fax,

    /// <summary>Busy or dial tone of a line that was hung up, for 20 s (RTP16).</summary>
    Busy,
}
