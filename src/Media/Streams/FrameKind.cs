namespace PhoneBridge.Media.Streams;

/// <summary>What a frame read from a leg is made of.</summary>
public enum FrameKind : byte
{
    /// <summary>Zeros: nothing is being received, and what went before has faded out.</summary>
    Silence,

    /// <summary>Received audio, all of it.</summary>
    Voice,

    /// <summary>Some or all of it stands in for audio that is not there.</summary>
    Concealed,

    /// <summary>Zeros: a key is down, and its tone is not for the others.</summary>
    Clamped,

    /// <summary>Noise of the peer's room, made here while it sends none (RFC 3389): to be played, never to be taken for speech.</summary>
    ComfortNoise,

    /// <summary>Zeros: the sender says that nobody speaks, and nobody needs what was sent instead of a voice.</summary>
    Rest,
}
