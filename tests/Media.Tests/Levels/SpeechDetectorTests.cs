using PhoneBridge.Media.Levels;

namespace PhoneBridge.Media.Tests.Levels;

public sealed class SpeechDetectorTests
{
    private readonly SpeechDetector _detector = new();
    private TimeSpan _now = TimeSpan.FromMinutes(9);

    [Fact]
    public void Speech_is_seen_in_its_first_frame()
    {
        Feed(-60, frames: 100);
        Assert.False(_detector.IsTalking);
        Assert.True(Feed(-30, frames: 1));
    }

    [Fact]
    public void Talking_ends_half_a_second_after_the_last_loud_frame()
    {
        Feed(-30, frames: 10);
        Assert.True(Feed(-62, frames: 25));
        Assert.False(Feed(-62, frames: 1));
    }

    [Fact]
    public void Steady_noise_of_a_line_becomes_the_floor()
    {
        Feed(-48, frames: 1500);
        Assert.False(_detector.IsTalking);
        Assert.InRange(_detector.NoiseFloorDbov, -49, -47);
        Assert.True(Feed(-30, frames: 1));
    }

    [Fact]
    public void Loud_steady_sound_is_never_taken_for_noise() => Assert.True(Feed(-25, frames: 50 * 600));

    [Fact]
    public void One_faint_click_is_no_speech_but_two_faint_frames_are()
    {
        Feed(-60, frames: 500);
        int faint = (int)Math.Ceiling(_detector.NoiseFloorDbov) + 5;
        Assert.False(Feed(faint, frames: 1));
        Assert.False(Feed(-60, frames: 3));
        Assert.True(Feed(faint, frames: 2));
    }

    [Fact]
    public void A_line_that_sends_nothing_is_silent() => Assert.False(Feed(AudioLevel.SilenceDbov, frames: 1000));

    [Fact]
    public void Noise_that_comes_after_silence_is_no_speech()
    {
        Feed(AudioLevel.SilenceDbov, frames: 200);
        Assert.False(Feed(-50, frames: 200));
        Feed(AudioLevel.SilenceDbov, frames: 20);
        Assert.False(Feed(-48, frames: 200));
        Assert.True(Feed(-38, frames: 1));
    }

    private bool Feed(int level, int frames)
    {
        for (int i = 0; i < frames; i++)
        {
            _detector.OnFrame(level, _now);
            _now += TimeSpan.FromMilliseconds(20);
        }

        return _detector.IsTalking;
    }
}
