using PhoneBridge.Media.Codecs;
using PhoneBridge.Mixer.Tests.Rig;

namespace PhoneBridge.Mixer.Tests.Conferences;

/// <summary>Legs of 8, 16 and 48 kHz in one conference.</summary>
public sealed class WidebandTests : IDisposable
{
    private readonly LoopRig _rig = new();

    public void Dispose() => _rig.Dispose();

    public static TheoryData<AudioFormat> WideFormats => [AudioFormat.G722, AudioFormat.Opus(16000), AudioFormat.Opus(48000)];

    [Fact]
    public void Everybody_hears_the_others_at_their_level_whatever_the_rates_and_nobody_hears_himself()
    {
        Line[] lines =
        [
            _rig.Call(450, 1), _rig.Call(850, 1, AudioFormat.Pcmu), _rig.Call(1250, 1, AudioFormat.G722),
            _rig.Call(1650, 1, AudioFormat.Opus(16000)), _rig.Call(2050, 1, AudioFormat.Opus(48000)), _rig.Call(2450, 1, AudioFormat.Opus(8000)),
        ];
        _rig.Run(1500);
        foreach (Line listener in lines)
        {
            foreach (Line talker in lines)
            {
                double level = listener.Phone.LevelOf(talker.Phone.ToneHz, frames: 20);
                if (listener == talker)
                {
                    Assert.True(level < -48, $"{listener.Phone.Format} hears itself at {level:F1} dBov");
                }
                else
                {
                    Assert.True(level is > -23 and < -18, $"{listener.Phone.Format} hears {talker.Phone.Format} at {level:F1} dBov");
                }
            }
        }
    }

    [Theory]
    [Trait("Req", "G722")]
    [Trait("Req", "OPUS")]
    [MemberData(nameof(WideFormats))]
    public void Two_wideband_legs_hear_each_other_above_the_telephone_band_and_a_telephone_hears_nothing_of_it(AudioFormat format)
    {
        Line one = _rig.Call(6000, 1, format), other = _rig.Call(5000, 1, format), phone = _rig.Call(450, 1);
        _rig.Run(1000);
        Assert.InRange(one.Phone.LevelOf(5000, frames: 10), -24, -18);
        Assert.InRange(other.Phone.LevelOf(6000, frames: 10), -24, -18);
        Assert.True(phone.Phone.LevelOf(2000, frames: 10) < -60, "6 kHz folded down to 2 kHz");
        Assert.True(phone.Phone.LevelOf(3000, frames: 10) < -60, "5 kHz folded down to 3 kHz");
        Assert.InRange(one.Phone.LevelOf(450, frames: 10), -23, -18);
    }

    [Fact]
    public void A_wideband_leg_that_comes_and_goes_changes_not_one_sample_between_telephones()
    {
        using LoopRig alone = new();
        Line talker = _rig.Call(450, 1), listener = _rig.Call(850, 1);
        Line sameTalker = alone.Call(450, 1), sameListener = alone.Call(850, 1);
        listener.Phone.Talks = sameListener.Phone.Talks = false;
        _rig.Run(505);
        alone.Run(505);

        Line wide = _rig.Call(1250, 1, AudioFormat.G722);
        wide.Phone.Talks = false;
        _rig.Run(700);
        Assert.InRange(wide.Phone.LevelOf(450), -22, -18);
        _rig.Send(new CloseLeg(wide.Id));
        _rig.Run(300);
        alone.Run(1000);
        Assert.Equal(sameListener.Phone.Heard, listener.Phone.Heard);
        Assert.True(talker.Phone.Heard.Count == sameTalker.Phone.Heard.Count);
    }

    [Fact]
    public void A_codec_that_changes_in_mid_call_is_followed_by_the_next_frame()
    {
        Line changing = _rig.Call(450, 1), listener = _rig.Call(850, 1);
        listener.Phone.Talks = false;
        _rig.Run(500);
        Phone wide = new(450, AudioFormat.G722, changing.Phone.EndPoint);
        _rig.Send(new ConfigureLeg(changing.Id, wide.Media));
        changing.Replace(wide);
        _rig.Run(600);
        Assert.InRange(listener.Phone.LevelOf(450), -22, -18);
        listener.Phone.Talks = true;
        _rig.Run(400);
        Assert.InRange(wide.LevelOf(850, frames: 10), -22, -18);
    }

    [Fact]
    public void Prompts_and_sounds_are_heard_at_every_rate()
    {
        Line[] lines = [_rig.Call(450, 1), _rig.Call(850, 1, AudioFormat.G722), _rig.Call(1250, 1, AudioFormat.Opus(48000))];
        foreach (Line line in lines)
        {
            line.Phone.Talks = false;
        }

        _rig.Run(300);
        _rig.Send(new PlayToConference(new ConferenceId(1), Clips.Tone(2000, milliseconds: 400)));
        _rig.Run(300);
        Assert.All(lines, line => Assert.InRange(line.Phone.LevelOf(2000, frames: 8), -22, -18));
        _rig.Run(400);
        foreach (Line line in lines)
        {
            _rig.Send(new PlayToLeg(line.Id, 1, [Clips.Tone(1500, milliseconds: 400)], Loop: false));
        }

        _rig.Run(300);
        Assert.All(lines, line => Assert.InRange(line.Phone.LevelOf(1500, frames: 8), -22, -18));
        _rig.Run(300);
        Assert.Equal(3, _rig.Events.OfType<PlaybackEnded>().Count(ended => ended.Completed));
    }

    [Fact]
    public void Listeners_of_one_codec_share_one_encoded_stream_and_leave_it_only_to_talk()
    {
        Line talker = _rig.Call(450, 1, AudioFormat.G722);
        Line[] listeners = [.. Enumerable.Range(0, 20).Select(i => _rig.Call(850 + (50 * i), 1, i % 2 == 0 ? AudioFormat.G722 : AudioFormat.Opus(16000)))];
        foreach (Line line in listeners)
        {
            line.Phone.Talks = false;
        }

        _rig.Run(4000);
        long before = talker.Leg.Conference!.Streams.Encodings;
        _rig.Run(1000);
        Assert.Equal(2 * 50, talker.Leg.Conference!.Streams.Encodings - before);
        Assert.All(listeners, line => Assert.True(line.Leg.Hearing.IsSharing, $"{line.Phone.Format} encodes for itself"));
        Assert.All(listeners, line => Assert.InRange(line.Phone.LevelOf(450, frames: 10), -23, -18));
    }

    [Fact]
    [Trait("Req", "OPUS")]
    public void Copies_against_loss_are_sent_while_a_listener_loses_packets_and_only_then()
    {
        Line talker = _rig.Call(450, 1);
        Line[] listeners = [_rig.Call(850, 1, AudioFormat.Opus(16000)), _rig.Call(1250, 1, AudioFormat.Opus(16000))];
        listeners[0].Phone.Talks = listeners[1].Phone.Talks = false;

        int CopiesIn(int milliseconds)
        {
            int before = listeners[0].Phone.CopiesReceived;
            for (int i = 0; i < milliseconds; i += 200)
            {
                // Syllables: of a steady tone the encoder makes no copies.
                talker.Phone.Talks = i % 400 == 0;
                _rig.Run(200);
            }

            return listeners[0].Phone.CopiesReceived - before;
        }

        CopiesIn(4000);
        int onGoodLines = CopiesIn(5000);
        listeners[1].Phone.LosesOneIn = 20;
        CopiesIn(4000);
        int onBadLine = CopiesIn(5000);
        listeners[1].Phone.LosesOneIn = 0;
        CopiesIn(60_000);
        int afterwards = CopiesIn(5000);

        Assert.True(listeners[0].Leg.Hearing.IsSharing, "encodes for itself");
        Assert.Equal(0, onGoodLines);
        Assert.True(onBadLine > 25, $"{onBadLine} copies in 5 s");
        Assert.Equal(0, afterwards);
    }

    [Theory]
    [Trait("Req", "G722")]
    [Trait("Req", "OPUS")]
    [MemberData(nameof(WideFormats))]
    public void A_listener_who_talks_and_falls_silent_again_hears_no_seam(AudioFormat format)
    {
        Line talker = _rig.Call(450, 1), listener = _rig.Call(850, 1, format), other = _rig.Call(1250, 1, format);
        listener.Phone.Talks = other.Phone.Talks = false;
        _rig.Run(2500);
        int from = listener.Phone.Heard.Count;
        Assert.True(listener.Leg.Hearing.IsSharing);
        for (int i = 0; i < 6; i++)
        {
            listener.Phone.Talks = true;
            _rig.Run(700);
            Assert.False(listener.Leg.Hearing.IsSharing);
            listener.Phone.Talks = false;
            _rig.Run(1900);
        }

        Assert.True(listener.Leg.Hearing.IsSharing);
        Assert.True(talker.Leg.IsHeard);

        // What is not the talker's tone: a seam is a burst of it.
        int frame = format.SamplesPerFrame;
        double worst = double.MinValue;
        for (int at = from; at + frame <= listener.Phone.Heard.Count; at += frame)
        {
            short[] piece = [.. listener.Phone.Heard.Skip(at).Take(frame)];
            worst = Math.Max(worst, Residue.LevelDbov(piece, 450, format.SampleRateHz));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{format}: loudest frame beside the tone {worst:F1} dBov");
        Assert.True(worst < -38, $"{format}: {worst:F1} dBov beside a tone of -20 dBov");
    }
}
