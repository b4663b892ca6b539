using PhoneBridge.Media.Levels;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Conferences;

/// <summary>The sum of a conference at one sample rate, in one tick. One a rate and loop, begun anew for each conference's tick.</summary>
/// <remarks>
/// A conference is mixed once at each rate that one of its legs has. Who talks and listens at the same rate is never resampled, so
/// what a wideband leg does when it comes or goes changes nothing for the others, and a talker's own voice is taken away from
/// the sum to the last bit.
/// </remarks>
internal sealed class MixBus(int rateHz)
{
    private readonly int[] _total = new int[rateHz / 50];
    private readonly int[] _minus = new int[rateHz / 50];
    private readonly short[] _shared = new short[rateHz / 50];
    private readonly short[] _converted = new short[rateHz / 50];
    private Limiter? _limiter;
    private bool _hasShared;
    private int _sharedLevel;

    /// <summary>Its sample rate [Hz].</summary>
    public int RateHz => rateHz;

    /// <summary>Whether anybody of the conference in hand listens at this rate.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>Room for one frame at this rate, good until the next call.</summary>
    public Span<short> Converted => _converted;

    /// <summary>Begins a tick.</summary>
    /// <param name="limiter">Of the conference's shared mix at this rate; null when nobody listens at it.</param>
    public void Begin(Limiter? limiter)
    {
        _limiter = limiter;
        IsUsed = limiter is not null;
        _hasShared = false;
        if (IsUsed)
        {
            Array.Clear(_total);
        }
    }

    /// <summary>Adds one frame at this rate.</summary>
    public void Add(ReadOnlySpan<short> frame) => MixKernels.Add(_total, frame);

    /// <summary>What everybody hears who is not in the sum.</summary>
    public ReadOnlySpan<short> Shared()
    {
        if (!_hasShared)
        {
            _limiter!.Process(_total, _shared);
            _sharedLevel = AudioLevel.MeasureDbov(_shared);
            _hasShared = true;
        }

        return _shared;
    }

    /// <summary>Level of <see cref="Shared"/> [dBov].</summary>
    public int SharedLevelDbov
    {
        get
        {
            Shared();
            return _sharedLevel;
        }
    }

    /// <summary>What one hears whose own frame is in the sum.</summary>
    /// <param name="own">The very frame that was added.</param>
    /// <param name="limiter">The listener's.</param>
    /// <param name="mix">The sum without it.</param>
    public void Minus(ReadOnlySpan<short> own, Limiter limiter, Span<short> mix)
    {
        MixKernels.Subtract(_total, own, _minus);
        limiter.Process(_minus, mix);
    }
}
