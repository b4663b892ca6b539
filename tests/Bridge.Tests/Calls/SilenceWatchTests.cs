using PhoneBridge.Bridge.Calls;

namespace PhoneBridge.Bridge.Tests.Calls;

[Trait("Req", "RTP10")]
public sealed class SilenceWatchTests
{
    private static readonly TimeSpan T0 = TimeSpan.FromHours(2);
    private readonly SilenceWatch _watch = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(30));

    [Fact]
    public void A_line_that_is_heard_is_alive() =>
        Assert.Equal(SilenceWatch.Verdict.Alive, _watch.Look(TimeSpan.FromSeconds(29), isOnHold: false, T0));

    [Fact]
    public void A_silent_line_is_asked_at_30_s_and_ended_at_60_s_when_it_does_not_answer()
    {
        Assert.Equal(SilenceWatch.Verdict.Probe, LookAfter(30));
        Assert.Equal(SilenceWatch.Verdict.Alive, LookAfter(35));
        Assert.Equal(SilenceWatch.Verdict.Probe, LookAfter(45));
        Assert.Equal(SilenceWatch.Verdict.Dead, LookAfter(60));
    }

    [Fact]
    public void Nobody_is_given_up_without_having_been_asked()
    {
        Assert.Equal(SilenceWatch.Verdict.Probe, LookAfter(70));
        Assert.Equal(SilenceWatch.Verdict.Alive, LookAfter(70));
        Assert.Equal(SilenceWatch.Verdict.Dead, LookAfter(75));
    }

    [Fact]
    [Trait("Req", "RTP13")]
    public void An_answer_counts_as_life_until_the_longest_bound()
    {
        for (int second = 5; second < 1800; second += 5)
        {
            SilenceWatch.Verdict verdict = LookAfter(second);
            Assert.NotEqual(SilenceWatch.Verdict.Dead, verdict);
            if (verdict == SilenceWatch.Verdict.Probe)
            {
                _watch.OnProbeAnswered(T0 + TimeSpan.FromSeconds(second));
            }
        }

        Assert.Equal(SilenceWatch.Verdict.Dead, LookAfter(1800));
    }

    [Fact]
    public void A_line_on_hold_is_kept_for_30_minutes_without_asking()
    {
        Assert.Equal(SilenceWatch.Verdict.Alive, _watch.Look(TimeSpan.FromMinutes(29), isOnHold: true, T0));
        Assert.Equal(SilenceWatch.Verdict.Dead, _watch.Look(TimeSpan.FromMinutes(30), isOnHold: true, T0));
    }

    private SilenceWatch.Verdict LookAfter(int seconds) =>
        _watch.Look(TimeSpan.FromSeconds(seconds), isOnHold: false, T0 + TimeSpan.FromSeconds(seconds));
}
