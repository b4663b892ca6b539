namespace PhoneBridge.Media.Jitter;

/// <summary>Waits for a frame in which a change of the delay will not be heard, and asks for less the longer none comes.</summary>
/// <remarks>The search costs as much as a lost packet, so it is not made in every frame.</remarks>
internal struct StretchPatience
{
    // Less alike than this, speech would be heard to stumble. In voiced speech there is a better place several times a second; sound
    // that has none for two seconds is no speech, and a small seam in it is better than a delay for ever.
    private const float AtFirst = 0.7f;
    private const float AtLast = 0.2f;
    private const float LessEachTime = 0.02f;
    private const int FramesBetween = 3;

    private float _given;
    private int _wait;

    /// <summary>How alike the two sounds must be that are blended, -1 to 1.</summary>
    public readonly float NeededLikeness => AtFirst - _given;

    /// <summary>Asks once a frame in which the delay should change.</summary>
    public bool MayTry() => _wait == 0 || --_wait == 0;

    /// <summary>Takes what came of it.</summary>
    public void OnTried(bool hasChanged)
    {
        _wait = hasChanged ? 0 : FramesBetween;
        _given = hasChanged ? _given / 2 : Math.Min(AtFirst - AtLast, _given + LessEachTime);
    }
}
