using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Conference;

/// <summary>Callers with different tones: proved by frequency on the RTP that each received.</summary>
public sealed class WhoHearsWhomTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private static readonly double[] Tones = [400, 700, 1000, 1300];

    [Fact]
    [Trait("Req", "PCMA")]
    [Trait("Req", "PCMU")]
    public async Task Each_hears_the_others_and_not_itself_on_both_codecs()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone Phone, string Participant)[] callers = await EnterAllAsync(room);
        try
        {
            await BridgeFixture.WaitForQuietAsync([.. callers.Select(caller => caller.Phone)]);
            Speak(callers);
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            TimeSpan from = MonotonicTime.Now;
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            for (int listener = 0; listener < callers.Length; listener++)
            {
                Pcm heard = callers[listener].Phone.Media.Heard.Decode(from, MonotonicTime.Now);
                ToneTimeline timeline = ToneTimeline.Measure(heard, Tones);
                TimeRange all = new(TimeSpan.Zero, heard.Duration);
                for (int talker = 0; talker < callers.Length; talker++)
                {
                    string who = $"{Tones[talker]} Hz at the caller with {Tones[listener]} Hz";
                    if (talker == listener)
                    {
                        Assert.True(timeline.Peak(Tones[talker], all) < -50, $"{who}: own voice, {timeline.Peak(Tones[talker], all):0} dBov");
                    }
                    else
                    {
                        Assert.Equal(-20, timeline.Median(Tones[talker], all), tolerance: 2);
                        Assert.True(timeline.Share(Tones[talker], all) > 0.99, who);
                    }
                }

                Assert.Equal(0, callers[listener].Phone.Media.Reception.Lost);
            }
        }
        finally
        {
            await LeaveAsync(callers);
        }
    }

    [Fact]
    public async Task A_muted_caller_is_heard_by_none_40_ms_after_the_answer_of_the_API()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone Phone, string Participant)[] callers = await EnterAllAsync(room);
        try
        {
            await BridgeFixture.WaitForQuietAsync([.. callers.Select(caller => caller.Phone)]);
            Speak(callers);
            await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
            TimeSpan answered = await room.MuteAsync(callers[0].Participant);
            await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
            foreach ((TestPhone phone, _) in callers[1..])
            {
                TimeSpan last = phone.Media.Heard.LastHeard(Tones[0], thresholdDbov: -45)!.Value;
                TimeSpan after = last - answered;
                TestContext.Current.TestOutputHelper?.WriteLine($"last packet with the muted voice: {after.TotalMilliseconds:0.0} ms after the answer");
                Assert.InRange(after.TotalMilliseconds, -500, 40);
            }

            // The others go on being heard, also by the muted one, who is told of it above a softened room.
            Pcm heard = callers[0].Phone.Media.Heard.Decode(answered + TimeSpan.FromSeconds(0.5), MonotonicTime.Now);
            Assert.True(ToneTimeline.Measure(heard, Tones).Share(Tones[1], new TimeRange(TimeSpan.Zero, heard.Duration), -45) > 0.8);
            Assert.Equal(["moderator"], (await room.ParticipantsAsync()).Single(p => p.Id == callers[0].Participant).Mutes);
        }
        finally
        {
            await LeaveAsync(callers);
        }
    }

    [Fact]
    [Trait("Req", "DLG7")]
    public async Task The_music_of_a_caller_on_hold_does_not_reach_the_room()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone holder, _) = await fixture.EnterAsync(room);
        (TestPhone listener, _) = await fixture.EnterAsync(room);
        try
        {
            await BridgeFixture.WaitForQuietAsync(holder, listener);
            holder.Media.Play(Tone(Tones[0]));
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            Assert.Equal(200, await holder.HoldAsync("sendonly"));
            TimeSpan held = MonotonicTime.Now;
            await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
            TimeSpan resuming = MonotonicTime.Now;
            Assert.Equal(200, await holder.ResumeAsync());
            await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);

            HeardAudio heard = listener.Media.Heard;
            Assert.NotEmpty(ToneTimeline.Measure(heard.Decode(held - TimeSpan.FromSeconds(0.8), held - TimeSpan.FromSeconds(0.2)), Tones).Heard(Tones[0]));
            Assert.Empty(ToneTimeline.Measure(heard.Decode(held + TimeSpan.FromSeconds(0.2), resuming), Tones).Heard(Tones[0], -50));
            Assert.NotEmpty(ToneTimeline.Measure(heard.Decode(resuming + TimeSpan.FromSeconds(0.8), MonotonicTime.Now), Tones).Heard(Tones[0]));
        }
        finally
        {
            await holder.DisposeAsync();
            await listener.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_marker_crosses_the_bridge_in_less_than_40_ms_on_a_clean_line()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone talker, _) = await fixture.EnterAsync(room);
        (TestPhone listener, _) = await fixture.EnterAsync(room);
        try
        {
            await BridgeFixture.WaitForQuietAsync(talker, listener);
            Pcm marker = Marker.Create();
            Pcm pause = Signals.Silence(TimeSpan.FromMilliseconds(480));
            talker.Media.Play(new VoiceClip(Signals.Join(pause, marker, pause, marker, pause, marker, pause, marker)), repeats: false);
            await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

            HeardAudio heard = listener.Media.Heard;
            IReadOnlyList<int> found = Marker.Find(heard.Decode());
            Assert.Equal(4, found.Count);
            double[] latencies =
            [
                .. found.Select((sample, i) =>
                    (heard.ArrivalOf(sample)!.Value - talker.Media.SentAt((i * 320) + ((i + 1) * 3840L))!.Value).TotalMilliseconds),
            ];
            TestContext.Current.TestOutputHelper?.WriteLine($"added latency [ms]: {string.Join(", ", latencies.Select(l => l.ToString("0.0", null)))}");
            Assert.All(latencies, latency => Assert.InRange(latency, 0, 40));
        }
        finally
        {
            await talker.DisposeAsync();
            await listener.DisposeAsync();
        }
    }

    private async Task<(TestPhone Phone, string Participant)[]> EnterAllAsync(BridgeRoom room)
    {
        List<(TestPhone, string)> callers = [];
        for (int i = 0; i < Tones.Length; i++)
        {
            PhoneCodec codec = i % 2 == 0 ? PhoneCodec.Pcma : PhoneCodec.Pcmu;
            callers.Add(await fixture.EnterAsync(room, change: options => options with { Codecs = [codec] }));
        }

        return [.. callers];
    }

    private static void Speak((TestPhone Phone, string Participant)[] callers)
    {
        for (int i = 0; i < callers.Length; i++)
        {
            callers[i].Phone.Media.Play(Tone(Tones[i]));
        }
    }

    private static VoiceClip Tone(double frequencyHz) => new(Signals.Tone(frequencyHz, TimeSpan.FromSeconds(1), levelDbov: -20));

    private static async Task LeaveAsync((TestPhone Phone, string Participant)[] callers)
    {
        foreach ((TestPhone phone, _) in callers)
        {
            await phone.DisposeAsync();
        }
    }
}
