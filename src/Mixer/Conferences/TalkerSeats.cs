using System.Runtime.InteropServices;
using PhoneBridge.Mixer.Legs;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Conferences;

/// <summary>
/// Who of those that speak is heard: the loudest few. A free seat is taken in the very frame in which somebody begins; a seat that is
/// taken changes hands only to somebody clearly louder, whose predecessor fades out in the same frame.
/// </summary>
/// <remarks>Owned by the conference's loop. Allocates nothing after it was made.</remarks>
internal sealed class TalkerSeats(int seats)
{
    // Less than this and two equal voices would take the seat from each other at every syllable.
    private const double ClearlyLouderDb = 6;

    // The seats and, in the frame of a change, those who just lost theirs.
    private readonly LegStream[] _heard = new LegStream[2 * MixSettings.MostTalkers];
    private int _seated;
    private int _leaving;

    /// <summary>Everybody who is in the sum of this frame.</summary>
    public ReadOnlySpan<LegStream> Heard => _heard.AsSpan(0, _seated + _leaving);

    /// <summary>Chooses for one frame, from what the legs said of themselves in it.</summary>
    public void Choose(List<LegStream> legs)
    {
        ForgetThoseWhoEnded();
        foreach (LegStream leg in CollectionsMarshal.AsSpan(legs))
        {
            if (leg.Voice.WantsSeat && !leg.IsHeard)
            {
                Offer(leg);
            }
        }
    }

    /// <summary>A leg is no longer of this conference.</summary>
    public void Remove(LegStream leg)
    {
        Span<LegStream> heard = _heard.AsSpan(0, _seated + _leaving);
        int at = heard.IndexOf(leg);
        if (at >= 0)
        {
            // Whoever was on the way out is so at the end of the tick: between ticks only the seats matter.
            TakeOut(at);
        }

        leg.IsHeard = false;
    }

    private void ForgetThoseWhoEnded()
    {
        for (int i = _seated; i < _seated + _leaving; i++)
        {
            _heard[i].IsHeard = false;
        }

        _leaving = 0;
        for (int i = _seated - 1; i >= 0; i--)
        {
            LegStream leg = _heard[i];
            if (leg.Voice.WantsSeat)
            {
                continue;
            }

            TakeOut(i);
            leg.IsHeard = false;
            if (leg.Voice.MayFadeOut)
            {
                LetFade(leg);
            }
        }
    }

    private void Offer(LegStream leg)
    {
        if (_seated < seats)
        {
            Seat(leg);
            return;
        }

        int quietest = 0;
        for (int i = 1; i < _seated; i++)
        {
            quietest = _heard[i].Voice.Loudness < _heard[quietest].Voice.Loudness ? i : quietest;
        }

        LegStream former = _heard[quietest];
        if (leg.Voice.Loudness >= former.Voice.Loudness + ClearlyLouderDb && _seated + _leaving < _heard.Length)
        {
            TakeOut(quietest);
            LetFade(former);
            Seat(leg);
        }
    }

    private void Seat(LegStream leg)
    {
        // Those who leave stand behind the seats.
        _heard[_seated + _leaving] = _heard[_seated];
        _heard[_seated++] = leg;
        leg.IsHeard = true;
        leg.Voice.Begin();
    }

    private void LetFade(LegStream leg)
    {
        _heard[_seated + _leaving++] = leg;
        leg.IsHeard = true;
        leg.Voice.FadeOut();
    }

    private void TakeOut(int index)
    {
        int last = _seated + _leaving - 1;
        if (index < _seated)
        {
            _heard[index] = _heard[_seated - 1];
            _heard[--_seated] = _heard[last];
        }
        else
        {
            _heard[index] = _heard[last];
            _leaving--;
        }

        _heard[last] = null!;
    }
}
