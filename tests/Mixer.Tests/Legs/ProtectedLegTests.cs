using System.Net;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Srtp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Mixer.Loop;
using PhoneBridge.Mixer.Tests.Rig;

namespace PhoneBridge.Mixer.Tests.Legs;

/// <summary>Legs that speak SRTP, beside others that do not.</summary>
public sealed class ProtectedLegTests : IDisposable
{
    private readonly LoopRig _rig = new();

    private LoopCounters Counters => _rig.Loops[0].Counters;

    public void Dispose() => _rig.Dispose();

    [Fact]
    [Trait("Req", "SDP6")]
    public void Protected_and_plain_callers_hear_each_other_past_the_roll_over_of_the_sequence_number()
    {
        Line[] lines =
        [
            _rig.Call(450, 1), Call(850, 1), Call(1250, 1, SrtpSuite.AesCm128HmacSha1Tag32, AudioFormat.Pcmu),
            Call(1650, 1, SrtpSuite.AeadAes128Gcm), Call(2050, 1, SrtpSuite.AeadAes256Gcm, AudioFormat.G722), Call(2450, 1),
        ];
        lines[^1].Phone.Talks = lines[1].Phone.Talks = false;      // two protected ones share one encoded stream
        _rig.Run(3000);
        foreach (Line listener in lines)
        {
            foreach (Line talker in lines)
            {
                Assert.True(talker == listener || !talker.Phone.Talks || listener.Phone.Hears(talker.Phone), $"{listener.Id} {talker.Id}");
            }

            Assert.Equal((listener.Srtp is not null, 0L), (listener.Leg.Quality.Read().IsProtected, listener.Leg.Quality.Read().PacketsRefused));
            Assert.Equal(0, listener.Srtp?.Refused ?? 0);
        }

        Assert.Equal((0, 0), (Counters.DroppedNotAuthentic, Counters.DroppedReplayed));
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void Reports_are_protected_both_ways()
    {
        Line line = Call(450, 1);
        List<byte[]> reports = [];
        line.Rtcp.OnSent = (datagram, _) => reports.Add(datagram.ToArray());
        _rig.Run(15_000);
        Assert.NotEmpty(reports);
        Assert.All(reports, report => Assert.Equal(SrtpOutcome.Accepted, line.Srtp!.UnprotectRtcp(report, out _)));

        // A report in clear says nothing; the same one protected gives a time of the way there and back.
        byte[] room = new byte[300];
        Convert.FromHexString("80C9000100000001").CopyTo(room, 0);
        line.Rtcp.Deliver(room.AsSpan(0, 8), line.Phone.Address);
        _rig.Run(1000);
        Assert.Equal(1, Counters.DroppedNotAuthentic);
        int length = 8;
        Assert.True(line.Srtp!.TryProtectRtcp(room, ref length));
        line.Rtcp.Deliver(room.AsSpan(0, length), line.Phone.Address);
        line.Rtcp.Deliver(room.AsSpan(0, length), line.Phone.Address);
        _rig.Run(1000);
        Assert.Equal((1, 1), (Counters.DroppedNotAuthentic, Counters.DroppedReplayed));
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void Packets_in_clear_garbled_of_another_key_or_replayed_are_counted_and_the_call_goes_on()
    {
        Line line = Call(450, 1), listener = _rig.Call(850, 1);
        _rig.Run(500);
        using SrtpSession stranger = new(Keys(SrtpSuite.AesCm128HmacSha1Tag80, 77));
        using SrtpSession repeater = new(Turned(SrtpSuite.AesCm128HmacSha1Tag80, 1));
        Phone forger = new(650, AudioFormat.Pcma, line.Phone.EndPoint), echo = new(450, AudioFormat.Pcma, line.Phone.EndPoint);
        for (int i = 0; i < 50; i++)
        {
            forger.Say(packet =>
            {
                line.Rtp.Deliver(packet, line.Phone.Address);
                line.Rtp.Deliver(Protected(stranger, packet), line.Phone.Address);
                byte[] garbled = Protected(repeater, packet);
                garbled[^1] ^= 1;
                line.Rtp.Deliver(garbled, line.Phone.Address);
            });

            // What the leg has heard half a second ago.
            echo.Say(packet => line.Rtp.Deliver(Protected(repeater, packet), line.Phone.Address));
            _rig.Run(20);
        }

        Assert.Equal((150, 50), (Counters.DroppedNotAuthentic, Counters.DroppedReplayed));
        Assert.True(listener.Phone.Hears(line.Phone));
        _rig.Run(1100);
        Assert.Equal(200, line.Leg.Quality.Read().PacketsRefused);
        Assert.DoesNotContain(_rig.Events, e => e is LegClosed);
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void A_wrong_key_makes_a_silent_call_and_a_new_agreement_makes_it_whole()
    {
        Line line = Call(450, 1), listener = _rig.Call(850, 1);
        line.Srtp = new SrtpSession(Keys(SrtpSuite.AesCm128HmacSha1Tag80, 9));
        _rig.Run(1000);
        Assert.True(listener.Phone.HearsNothingOf(line.Phone));
        Assert.DoesNotContain(new LegStarted(line.Id), _rig.Events);
        Assert.True(line.Leg.Quality.Read().SilentFor > TimeSpan.Zero);
        Agree(line, SrtpSuite.AeadAes128Gcm, 3);
        _rig.Run(1000);
        Assert.True(listener.Phone.Hears(line.Phone));
        Assert.True(line.Phone.Hears(listener.Phone));
        Assert.Contains(new LegStarted(line.Id), _rig.Events);
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void The_same_keys_again_let_the_stream_go_on_and_other_ones_begin_anew()
    {
        Line line = Call(450, 1), listener = _rig.Call(850, 1);
        _rig.Run(2000);                     // past the roll-over: a new session would not open what comes
        _rig.Send(new ConfigureLeg(line.Id, line.Phone.Media with { Srtp = Keys(SrtpSuite.AesCm128HmacSha1Tag80, 1) }));
        _rig.Run(1000);
        Assert.Equal((0, 0L), (Counters.DroppedNotAuthentic, line.Srtp!.Refused));
        Assert.True(listener.Phone.Hears(line.Phone));
        for (byte which = 10; which < 20; which++)
        {
            Agree(line, SrtpSuite.AesCm128HmacSha1Tag80, which);
            _rig.Run(500);
            Assert.True(listener.Phone.Hears(line.Phone) && line.Phone.Hears(listener.Phone));
        }

        _rig.Send(new ConfigureLeg(line.Id, line.Phone.Media));
        line.Srtp = null;
        _rig.Run(2000);
        Assert.True(listener.Phone.Hears(line.Phone) && line.Phone.Hears(listener.Phone));
        Assert.False(line.Leg.Quality.Read().IsProtected);
    }

    [Fact]
    [Trait("Req", "RTP7")]
    [Trait("Req", "SDP6")]
    public void No_source_is_learnt_from_packets_that_are_not_authentic()
    {
        Line line = _rig.Open(450);
        line.Phone.Sends = false;
        List<SourceAddress> targets = [];
        line.Rtp.OnSent = (_, target) => targets.Add(target);
        IPEndPoint signalled = new(IPAddress.Parse("10.1.2.3"), 7078);
        SrtpKeys keys = Keys(SrtpSuite.AesCm128HmacSha1Tag80, 1);
        line.Srtp = new SrtpSession(Turned(keys.Suite, 1));
        _rig.Send(new ConfigureLeg(line.Id, line.Phone.Media with { Remote = signalled, Latch = LegLatch.Learn, Srtp = keys }));
        Phone forger = new(850, AudioFormat.Pcma, new IPEndPoint(IPAddress.Parse("198.51.100.66"), 9000));
        for (int i = 0; i < 50; i++)
        {
            forger.Say(packet => line.Rtp.Deliver(packet, forger.Address));
            _rig.Run(20);
        }

        Assert.All(targets, target => Assert.Equal(SourceAddress.From(signalled), target));
        Assert.Equal(50, Counters.DroppedNotAuthentic);
        line.Phone.Sends = true;
        _rig.Run(1000);
        Assert.Equal(line.Phone.Address, targets[^1]);
    }

    [Fact]
    public void Ticks_of_protected_legs_allocate_nothing()
    {
        Line[] lines = [.. Enumerable.Range(0, 20).Select(i => Call(400 + (50 * i), 1 + (i % 2), (SrtpSuite)(i % 4)))];
        Array.ForEach(lines, line => line.Phone.Talks = line.Id.Value % 3 == 0);
        Array.ForEach(lines, line => line.Rtp.OnSent = null);
        _rig.Run(3000);
        _rig.AllocatedByLoops = 0;
        _rig.Run(6000);
        Assert.Equal(0, _rig.AllocatedByLoops);
        Assert.Equal(0, Counters.DroppedNotAuthentic);
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void The_keys_are_wiped_with_the_leg_and_when_others_take_their_place()
    {
        Line line = _rig.Call(450);
        SrtpKeys first = Keys(SrtpSuite.AesCm128HmacSha1Tag80, 1), copy = Keys(SrtpSuite.AesCm128HmacSha1Tag80, 1);
        SrtpKeys second = Keys(SrtpSuite.AesCm128HmacSha1Tag80, 2), late = Keys(SrtpSuite.AesCm128HmacSha1Tag80, 3);
        SrtpKey wiped = new(new byte[30]);
        _rig.Send(new ConfigureLeg(line.Id, line.Phone.Media with { Srtp = first }));
        _rig.Send(new ConfigureLeg(line.Id, line.Phone.Media with { Srtp = copy }));
        Assert.Equal(wiped, copy.Send);
        _rig.Send(new ConfigureLeg(line.Id, line.Phone.Media with { Srtp = second }));
        Assert.NotEqual(wiped, first.Send);
        _rig.Run(20);
        Assert.Equal((wiped, wiped), (first.Send, first.Receive));
        Assert.NotEqual(wiped, second.Send);
        _rig.Send(new CloseLeg(line.Id));
        _rig.Run(20);
        line.Leg.Dispose();
        Assert.Equal((wiped, wiped), (second.Send, second.Receive));
        _rig.Send(new ConfigureLeg(line.Id, line.Phone.Media with { Srtp = late }));
        Assert.Equal(wiped, late.Send);
    }

    private static byte[] Protected(SrtpSession session, ReadOnlySpan<byte> packet)
    {
        byte[] room = [.. packet, .. new byte[SrtpSession.MaxTrailerLength]];
        int length = packet.Length;
        Assert.True(session.TryProtectRtp(room, ref length));
        return room[..length];
    }

    private static SrtpKeys Keys(SrtpSuite suite, byte which) => new(suite, Key(suite, which), Key(suite, (byte)(which + 100)));

    private static SrtpKey Key(SrtpSuite suite, byte which) => new([.. Enumerable.Repeat(which, suite.KeyLength())]);

    // As the far end has them.
    private static SrtpKeys Turned(SrtpSuite suite, byte which) => new(suite, Key(suite, (byte)(which + 100)), Key(suite, which));

    private Line Call(double toneHz, long conference, SrtpSuite suite = SrtpSuite.AesCm128HmacSha1Tag80, AudioFormat? format = null)
    {
        Line line = _rig.Open(toneHz, format);
        Agree(line, suite, 1);
        _rig.Send(new JoinConference(line.Id, new ConferenceId(conference), MuteCauses.None));
        return line;
    }

    private void Agree(Line line, SrtpSuite suite, byte which)
    {
        line.Srtp?.Dispose();
        line.Srtp = new SrtpSession(Turned(suite, which));
        _rig.Send(new ConfigureLeg(line.Id, line.Phone.Media with { Srtp = Keys(suite, which) }));
    }
}
