using System.Runtime.Intrinsics;

namespace PhoneBridge.Media.Echo;

/// <summary>Tells whether what comes from a leg holds what was sent to it: the echo of a loudspeaker or of a two-wire line.</summary>
/// <remarks>
/// Works on levels alone: while something is sent, the levels of what comes back are correlated, in decibels, with those of what was
/// sent 0 to 500 ms before, over the last 4 s or so of sending. An echo rises and falls with the syllables sent, always after the
/// same time; another voice does not. It suspects, it does not prove, and it needs the echo to be heard alone some of the time.
/// Not thread safe: one for each leg, owned by its loop; one call a frame of 20 ms, some hundred operations; allocates nothing.
/// </remarks>
public sealed class EchoSuspicion
{
    private const int FrameMs = 20;
    private const int Lags = (500 / FrameMs) + 1;
    private const int Lanes = 32;                 // a whole number of vectors; those from Lags on are not looked at

    // Below these, levels say nothing of speech: steps in the noise are no syllables.
    private const int QuietestSentDbov = -60;
    private const int QuietestReceivedDbov = -70;
    private const int SendingDbov = -45;
    private const int AudibleDbov = -62;
    private const int FramesToListen = 15_000 / FrameMs; // after what was audible: its end must be seen as well

    private const float Fading = 1 - (1 / 200f);  // memory of 200 frames of sending
    private const float LeastWeight = 120;        // 2.4 s of sending before there is an opinion
    // Two voices reached 0.51 at most in 50 minutes of recorded speech, an echo 30 dB down stayed over 0.8.
    private const double AlikeFrom = 0.6;
    private const double UnlikeUnder = 0.4;
    private const int FramesToSuspect = 2500 / FrameMs;
    private const int FramesToClear = 6000 / FrameMs;
    private const int FramesBetweenLooks = 5;

    // Levels sent, the newest at _newest and the older ones behind it; when it has come to the start they move to the end.
    private readonly float[] _sent = new float[4 * Lanes];
    private readonly float[] _sums = new float[Lanes];
    private readonly float[] _squares = new float[Lanes];
    private readonly float[] _products = new float[Lanes];
    private float _weight, _received, _receivedSquares;
    private int _newest;
    private int _sinceSending = Lags;
    private int _sinceAudible = FramesToListen;
    private int _untilLook = FramesBetweenLooks;
    private int _bestLag = -1;
    private int _alikeFrames;
    private int _unlikeFrames;

    /// <summary>Makes one that suspects nothing.</summary>
    public EchoSuspicion() => _sent.AsSpan().Fill(QuietestSentDbov);

    /// <summary>Whether an echo is suspected; kept through pauses and while both talk.</summary>
    public bool IsSuspected { get; private set; }

    /// <summary>How alike the levels are at the best delay, -1 to 1; 0 before there is an opinion.</summary>
    public double Likeness { get; private set; }

    /// <summary>Delay at which they are most alike [ms], 0 to 500 in steps of 20; of use while suspected.</summary>
    public int DelayMs => Math.Max(0, _bestLag) * FrameMs;

    /// <summary>About how much weaker than sent it comes back [dB]; noise and another voice make it seem less.</summary>
    public double LossDb { get; private set; }

    /// <summary>Asks the processor for the memory of the next frame.</summary>
    public void FetchBuffers()
    {
        CacheLines.Fetch(ref _sent[Math.Max(0, _newest - 1)], 1);
        if (_sinceAudible < FramesToListen)
        {
            CacheLines.Fetch(ref _sent[_newest], 3);
            CacheLines.Fetch(ref _sums[0], 2);
            CacheLines.Fetch(ref _squares[0], 2);
            CacheLines.Fetch(ref _products[0], 2);
        }
    }

    /// <summary>Forgets everything: another call.</summary>
    public void Reset()
    {
        _sent.AsSpan().Fill(QuietestSentDbov);
        _sums.AsSpan().Clear();
        _squares.AsSpan().Clear();
        _products.AsSpan().Clear();
        (_weight, _received, _receivedSquares) = (0, 0, 0);
        (_newest, _sinceSending, _sinceAudible, _untilLook, _bestLag) = (0, Lags, FramesToListen, FramesBetweenLooks, -1);
        (_alikeFrames, _unlikeFrames) = (0, 0);
        (IsSuspected, Likeness, LossDb) = (false, 0, 0);
    }

    /// <summary>Takes the levels of one frame of 20 ms, both as they are at this moment.</summary>
    /// <param name="sentDbov">Level of what is sent to the leg now, as AudioLevel measures it.</param>
    /// <param name="receivedDbov">Level of what is taken from the leg now.</param>
    /// <returns><see cref="IsSuspected"/>.</returns>
    public bool OnFrame(int sentDbov, int receivedDbov)
    {
        if (_newest == 0)
        {
            _newest = _sent.Length - Lanes;
            _sent.AsSpan(0, Lanes).CopyTo(_sent.AsSpan(_newest));
        }

        _sent[--_newest] = Math.Max(sentDbov, QuietestSentDbov);
        _sinceSending = sentDbov >= SendingDbov ? 0 : Math.Min(_sinceSending + 1, Lags);
        _sinceAudible = receivedDbov >= AudibleDbov ? 0 : Math.Min(_sinceAudible + 1, FramesToListen);
        if (_sinceSending >= Lags || _sinceAudible >= FramesToListen)
        {
            return IsSuspected; // nothing sent that could come back, or nothing that anybody hears came: silence is alike to silence
        }

        Add(Math.Max(receivedDbov, QuietestReceivedDbov));
        if (--_untilLook == 0)
        {
            _untilLook = FramesBetweenLooks;
            Look();
        }

        return IsSuspected;
    }

    private void Add(float received)
    {
        // Levels counted from the middle of their range keep the sums small, and floats exact enough.
        received += 45;
        _weight = (_weight * Fading) + 1;
        _received = (_received * Fading) + received;
        _receivedSquares = (_receivedSquares * Fading) + (received * received);
        for (int lag = 0; lag < Lanes; lag += Vector256<float>.Count)
        {
            Vector256<float> sent = Vector256.Create(_sent.AsSpan(_newest + lag)) + Vector256.Create(45f);
            Fade(_sums.AsSpan(lag), sent);
            Fade(_squares.AsSpan(lag), sent * sent);
            Fade(_products.AsSpan(lag), sent * received);
        }
    }

    private static void Fade(Span<float> sums, Vector256<float> value) => ((Vector256.Create<float>(sums) * Fading) + value).CopyTo(sums);

    private void Look()
    {
        if (_weight < LeastWeight)
        {
            return;
        }

        (double best, int bestLag) = (-1, 0);
        double receivedMean = _received / _weight;
        double receivedPower = (_receivedSquares / _weight) - (receivedMean * receivedMean);
        for (int lag = 0; lag < Lags; lag++)
        {
            double mean = _sums[lag] / _weight;
            double power = (_squares[lag] / _weight) - (mean * mean);
            double product = (_products[lag] / _weight) - (mean * receivedMean);
            // A steady level is alike to nothing.
            double likeness = power < 1 || receivedPower < 1 ? 0 : product / Math.Sqrt(power * receivedPower);
            (best, bestLag) = likeness > best ? (likeness, lag) : (best, bestLag);
        }

        bool isSamePlace = Math.Abs(bestLag - _bestLag) <= 1;
        (Likeness, _bestLag) = (best, bestLag);
        LossDb = (_sums[bestLag] / _weight) - receivedMean;
        _alikeFrames = best >= AlikeFrom && isSamePlace ? _alikeFrames + FramesBetweenLooks : 0;
        _unlikeFrames = best < UnlikeUnder || !isSamePlace ? _unlikeFrames + FramesBetweenLooks : 0;
        if (!IsSuspected && _alikeFrames >= FramesToSuspect)
        {
            IsSuspected = true;
        }
        else if (IsSuspected && _unlikeFrames >= FramesToClear)
        {
            IsSuspected = false;
        }
    }
}
