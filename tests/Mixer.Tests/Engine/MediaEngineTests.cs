using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Mixer.Tests.Rig;

namespace PhoneBridge.Mixer.Tests.Engine;

/// <summary>The engine as it runs in the bridge: its threads, real sockets, real time.</summary>
public sealed class MediaEngineTests
{
    [Fact]
    public void Callers_hear_each_other_and_a_muted_one_is_heard_by_none_within_40_ms()
    {
        using PhoneRack rack = new(loops: 2);
        UdpPhone[] phones =
        [
            rack.Call(450, 1), rack.Call(850, 1, AudioFormat.Pcmu), rack.Call(1250, 1), rack.Call(1650, 2), rack.Call(2050, 2),
        ];
        rack.Start();
        PhoneRack.Run(700);

        for (int listener = 0; listener < phones.Length; listener++)
        {
            for (int talker = 0; talker < phones.Length; talker++)
            {
                bool inOne = listener != talker && (listener < 3) == (talker < 3);
                lock (phones[listener].Phone)
                {
                    Assert.Equal(inOne, phones[listener].Phone.Hears(phones[talker].Phone));
                    Assert.Equal(!inOne, phones[listener].Phone.HearsNothingOf(phones[talker].Phone));
                }
            }
        }

        Assert.All(phones, phone => Assert.Contains(new LegStarted(phone.Id), rack.Events));
        Assert.All(phones, phone => Assert.Contains(new TalkingChanged(phone.Id, true), rack.Events));

        rack.Engine.Send(new SetMute(phones[0].Id, MuteCauses.Moderator, 1));
        PhoneRack.Until(() => rack.Events.Contains(new MuteApplied(phones[0].Id, MuteCauses.Moderator, 1)), "muted");
        PhoneRack.Run(40);
        int from;
        lock (phones[1].Phone)
        {
            from = phones[1].Phone.Heard.Count;
        }

        PhoneRack.Run(300);
        lock (phones[1].Phone)
        {
            Assert.True(phones[1].Phone.LevelOf(450, from, frames: 10) < -55);
            Assert.True(phones[1].Phone.LevelOf(1250, from, frames: 10) > -26);
        }
    }

    [Fact]
    public void Fifty_legs_make_the_loops_allocate_nothing()
    {
        using PhoneRack rack = new(loops: 2);
        UdpPhone[] phones = [.. Enumerable.Range(0, 50).Select(i => rack.Call(400 + (50 * i), i % 8 == 7 ? null : i % 5))];
        for (int i = 0; i < phones.Length; i++)
        {
            phones[i].Phone.Talks = i % 3 == 0;
        }

        rack.Engine.Send(new PlayToLeg(phones[0].Id, 1, [Clips.Tone(2000, 300)], Loop: true));
        rack.Engine.Send(new PlayToLeg(phones[7].Id, 1, [Clips.Tone(2000, 300)], Loop: true));
        rack.Engine.Send(new SetGains(phones[3].Id, -6, 3));
        rack.Start();
        PhoneRack.Run(1500);
        long start = rack.Engine.Counters.AllocatedBytes, allocated = long.MaxValue;
        for (int window = 0; window < 6 && allocated != 0; window++)
        {
            // Code that runs for the first time, such as a report or a stretch of time after a late tick, makes the runtime set up its statics once.
            MediaEngineCounters before = rack.Engine.Counters;
            PhoneRack.Run(1000);
            MediaEngineCounters after = rack.Engine.Counters;
            allocated = after.AllocatedBytes - before.AllocatedBytes;
            Assert.True(after.PacketsIn - before.PacketsIn > 500);
            Assert.True(after.PacketsOut - before.PacketsOut > 500);
        }

        Assert.Equal(0, allocated);
        Assert.InRange(rack.Engine.Counters.AllocatedBytes - start, 0, 2000);
    }

    [Fact]
    public void Legs_that_wander_between_running_loops_lose_no_packet()
    {
        using PhoneRack rack = new(loops: 3);
        UdpPhone[] anchors = [.. Enumerable.Range(1, 6).Select(conference => rack.Call(300 + (50 * conference), conference))];
        UdpPhone[] wanderers = [rack.Call(2500, 1), rack.Call(2600, 2), rack.Call(2700, 3)];
        Array.ForEach(wanderers, wanderer => wanderer.Phone.KeepsHeaders = true);
        rack.Start();
        Random random = new(5);
        for (int i = 0; i < 150; i++)
        {
            foreach (UdpPhone wanderer in wanderers)
            {
                rack.Engine.Send(new JoinConference(wanderer.Id, new ConferenceId(random.Next(1, 7)), MuteCauses.None));
                rack.Engine.Send(new SetMute(wanderer.Id, (MuteCauses)(i % 8), i));
            }

            PhoneRack.Run(random.Next(5, 30));
        }

        PhoneRack.Run(100);
        foreach (UdpPhone wanderer in wanderers)
        {
            Assert.Equal(Enumerable.Range(0, 150).Select(i => (long)i), rack.Events.OfType<MuteApplied>().Where(e => e.Leg == wanderer.Id).Select(e => e.Token));
            lock (wanderer.Phone)
            {
                List<RtpHeader> headers = wanderer.Phone.Headers;
                Assert.True(headers.Count > 100);
                for (int i = 1; i < headers.Count; i++)
                {
                    Assert.Equal(1, headers[i].Sequence - headers[i - 1].Sequence);
                    // Only where the machine held a loop up may a leg that moves to a punctual one leave frames out, whole ones.
                    int step = headers[i].Timestamp - headers[i - 1].Timestamp;
                    Assert.True(step == 160 || (step % 160 == 0 && rack.Engine.Counters.MaxLatenessMicroseconds > 5000), $"{step}");
                }
            }
        }

        Assert.Equal(9, rack.Engine.Counters.Legs);
        Assert.Equal(6, anchors.Length);
    }

    [Fact]
    [Trait("Req", "RTP7")]
    public void What_strangers_send_to_the_port_is_not_heard()
    {
        using PhoneRack rack = new(loops: 1);
        UdpPhone victim = rack.Call(450, 1), listener = rack.Call(850, 1);
        using UdpPhone stranger = new(new LegId(99), 1250, AudioFormat.Pcma, victim.Leg);
        rack.Start();
        PhoneRack.Run(200);
        for (int i = 0; i < 30; i++)
        {
            stranger.Say();
            PhoneRack.Run(20);
        }

        lock (listener.Phone)
        {
            Assert.True(listener.Phone.HearsNothingOf(stranger.Phone, frames: 25));
            Assert.True(listener.Phone.Hears(victim.Phone));
        }

        stranger.HearAll();
        Assert.Equal(0, stranger.Phone.PacketsReceived);
    }

    [Fact]
    [Trait("Req", "RTP9")]
    public void A_thousand_legs_opened_and_closed_leave_nothing_behind()
    {
        using PhoneRack rack = new(loops: 2, pairs: 40, rest: TimeSpan.Zero);
        rack.Start();
        UdpPhone keeper = rack.Call(450, 1);
        PhoneRack.Run(200);
        int descriptors = Directory.GetFiles("/proc/self/fd").Length;
        for (int i = 0; i < 1000; i++)
        {
            LegId id = rack.NextId();
            PhoneRack.Until(() => rack.Engine.TryOpenLeg(id, IPAddress.Loopback, out _), "a port is free");
            rack.Engine.Send(new ConfigureLeg(id, keeper.Phone.Media with { Direction = LegDirection.Inactive }));
            rack.Engine.Send(new JoinConference(id, new ConferenceId(1 + (i % 5)), MuteCauses.None));
            rack.Engine.Send(new CloseLeg(id));
        }

        PhoneRack.Until(() => rack.Events.OfType<LegClosed>().Count() == 1000, "all closed");
        MediaEngineCounters counters = rack.Engine.Counters;
        Assert.Equal(1, counters.Legs);
        Assert.Equal(1, counters.Conferences);
        Assert.Equal(2, counters.Sockets);
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, descriptors + 4);     // the runtime's own come and go
    }

    [Fact]
    [Trait("Req", "RTP9")]
    public void A_full_range_is_refused_and_a_closed_pair_rests()
    {
        using PhoneRack rack = new(loops: 1, pairs: 3, rest: TimeSpan.FromHours(1));
        rack.Start();
        LegPorts[] ports = [.. Enumerable.Range(0, 3).Select(_ =>
        {
            Assert.True(rack.Engine.TryOpenLeg(rack.NextId(), IPAddress.Loopback, out LegPorts pair));
            return pair;
        })];
        Assert.All(ports, pair => Assert.True(pair.RtpPort % 2 == 0 && pair.RtcpPort == pair.RtpPort + 1));
        Assert.False(rack.Engine.TryOpenLeg(rack.NextId(), IPAddress.Loopback, out _));
        rack.Engine.Send(new CloseLeg(new LegId(1)));
        PhoneRack.Until(() => rack.Events.Contains(new LegClosed(new LegId(1))), "closed");
        Assert.False(rack.Engine.TryOpenLeg(rack.NextId(), IPAddress.Loopback, out _));
        Assert.Equal(1, rack.Engine.Counters.PortsResting);
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, ports[0].RtpPort));       // our socket is gone
    }

    [Fact]
    public void A_port_that_another_program_holds_is_passed_over()
    {
        using PhoneRack rack = new(loops: 1, pairs: 2);
        Assert.True(rack.Engine.TryOpenLeg(rack.NextId(), IPAddress.Loopback, out LegPorts first));
        rack.Engine.Dispose();

        int block = first.RtpPort;
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, block + 1));              // the RTCP port of the only pair
        using MediaEngine engine = new(new MediaEngineOptions { Loops = 1, FirstPort = block, LastPort = block + 1 }, _ => { });
        Assert.False(engine.TryOpenLeg(new LegId(1), IPAddress.Loopback, out _));
        Assert.Equal(0, engine.Counters.Sockets);
        Assert.Equal(1, engine.Counters.PortsResting);
    }

    [Fact]
    public void An_address_that_is_not_ours_is_an_error_and_costs_no_port()
    {
        using PhoneRack rack = new(loops: 1, pairs: 1, rest: TimeSpan.Zero);
        Assert.Throws<SocketException>(() => rack.Engine.TryOpenLeg(rack.NextId(), IPAddress.Parse("192.0.2.1"), out _));
        Assert.True(rack.Engine.TryOpenLeg(rack.NextId(), IPAddress.Loopback, out _));
    }

    [Fact]
    public void A_loop_without_legs_sleeps_and_wakes_for_the_first()
    {
        using PhoneRack rack = new(loops: 1);
        rack.Start();
        PhoneRack.Run(100);
        Assert.Equal(0, rack.Engine.Counters.Ticks);
        UdpPhone phone = rack.Call(450);
        PhoneRack.Until(() => phone.Phone.PacketsReceived > 3, "it is sent to");
        rack.Engine.Send(new CloseLeg(phone.Id));
        PhoneRack.Until(() => rack.Engine.Counters.Sockets == 0, "closed");
        PhoneRack.Run(50);
        long ticks = rack.Engine.Counters.Ticks;
        PhoneRack.Run(100);
        Assert.Equal(ticks, rack.Engine.Counters.Ticks);
    }

    [Fact]
    public void Quality_can_be_read_while_the_leg_lives()
    {
        using PhoneRack rack = new(loops: 1);
        rack.Start();
        UdpPhone phone = rack.Call(450, 1, AudioFormat.Pcmu);
        PhoneRack.Until(() => rack.Engine.TryReadQuality(phone.Id, out LegQuality quality) && quality.PacketsReceived > 20, "quality is published");
        Assert.True(rack.Engine.TryReadQuality(phone.Id, out LegQuality now));
        Assert.Equal(AudioFormat.Pcmu, now.Format);
        Assert.Equal(0, now.PacketsLost);
        Assert.InRange(now.LevelDbov, -21, -19);
        Assert.InRange(now.SilentFor, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        rack.Engine.Send(new CloseLeg(phone.Id));
        PhoneRack.Until(() => !rack.Engine.TryReadQuality(phone.Id, out _), "the leg is gone");
    }

    [Fact]
    public void Sockets_are_closed_with_the_engine_whether_legs_are_or_not()
    {
        int port;
        using (PhoneRack rack = new(loops: 2))
        {
            rack.Start();
            UdpPhone phone = rack.Call(450, 1);
            port = phone.Leg.Port;
            PhoneRack.Run(50);
        }

        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
    }

    [Fact]
    public void Real_time_scheduling_is_taken_when_it_is_given_and_a_refusal_is_counted()
    {
        using MediaEngine engine = new(new MediaEngineOptions { Loops = 1, RealTimePriority = 3 }, _ => { });
        engine.Start();
        Assert.True(engine.TryOpenLeg(new LegId(1), IPAddress.Loopback, out _));
        PhoneRack.Until(() => engine.Counters.Ticks > 5, "the loop runs");
        const int SchedulerFifo = 1, Refused = 1;
        Assert.True(engine.Counters.RealTimeRefused == Refused || PoliciesOfMediaThreads().Contains((SchedulerFifo, 3)));
    }

    // proc(5): after the name in brackets, field 40 is rt_priority and 41 the policy.
    private static IEnumerable<(int Policy, int Priority)> PoliciesOfMediaThreads()
    {
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
        {
            string stat = ReadOrEmpty(Path.Combine(task, "stat"));
            if (stat.Contains("(media 0)", StringComparison.Ordinal))
            {
                string[] fields = stat[(stat.IndexOf(')', StringComparison.Ordinal) + 2)..].Split(' ');
                yield return (int.Parse(fields[38], CultureInfo.InvariantCulture), int.Parse(fields[37], CultureInfo.InvariantCulture));
            }
        }
    }

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)         // the thread has ended
        {
            return "";
        }
    }
}
