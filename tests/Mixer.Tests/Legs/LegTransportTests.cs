using System.Net;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtcp;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Mixer.Tests.Rig;

namespace PhoneBridge.Mixer.Tests.Legs;

public sealed class LegTransportTests : IDisposable
{
    private readonly LoopRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    [Trait("Req", "RTP7")]
    public void The_port_is_held_to_the_source_once_it_is_known_and_opened_again_when_it_falls_silent()
    {
        Line line = _rig.Call(450, 1);
        Assert.Null(line.Rtp.ConnectedTo);
        _rig.Run(100);
        Assert.Equal(line.Phone.Address, line.Rtp.ConnectedTo);
        line.Phone.Sends = false;
        _rig.Run(2100);
        Assert.Null(line.Rtp.ConnectedTo);
        line.Phone.Sends = true;
        _rig.Run(100);
        Assert.Equal(line.Phone.Address, line.Rtp.ConnectedTo);
    }

    [Fact]
    [Trait("Req", "RTP7")]
    public void A_caller_behind_nat_is_answered_where_its_packets_come_from()
    {
        Line line = _rig.Open(450);
        List<SourceAddress> targets = [];
        line.Rtp.OnSent = (_, target) => targets.Add(target);
        IPEndPoint signalled = new(IPAddress.Parse("10.1.2.3"), 7078);
        _rig.Send(new ConfigureLeg(line.Id, line.Phone.Media with { Remote = signalled, Latch = LegLatch.Learn }));
        _rig.Run(40);
        Assert.Equal(SourceAddress.From(signalled), targets[0]);
        _rig.Run(500);
        Assert.Equal(line.Phone.Address, targets[^1]);
        Assert.Contains(new LegStarted(line.Id), _rig.Events);
        Assert.True(_rig.Loops[0].Counters.DroppedForeignSource > 0);
    }

    [Fact]
    [Trait("Req", "RTP8")]
    public void A_new_remote_address_takes_effect_at_once_and_is_learnt_anew()
    {
        Line line = _rig.Call(450, 1), other = _rig.Call(850, 1);
        _rig.Run(500);
        Phone moved = new(1250, AudioFormat.Pcma, new IPEndPoint(IPAddress.Parse("198.51.100.9"), 9000));
        List<SourceAddress> targets = [];
        line.Rtp.OnSent = (_, target) => targets.Add(target);
        _rig.Send(new ConfigureLeg(line.Id, moved.Media));
        _rig.Run(40);
        Assert.All(targets, target => Assert.Equal(moved.Address, target));
        line.Phone.Sends = false;
        for (int i = 0; i < 20; i++)
        {
            moved.Say(packet => line.Rtp.Deliver(packet, moved.Address));
            _rig.Run(20);
        }

        Assert.Equal(moved.Address, line.Rtp.ConnectedTo);
        Assert.True(other.Phone.Hears(moved));
        Assert.Single(_rig.Events.OfType<LegStarted>(), new LegStarted(line.Id));
    }

    [Theory]
    [InlineData("0.0.0.0", 4000)]
    [InlineData("192.0.2.77", 0)]
    [InlineData("::", 4000)]
    public void Nothing_is_sent_to_nowhere(string address, int port)
    {
        Line line = _rig.Open(450);
        line.Phone.Sends = false;
        _rig.Send(new ConfigureLeg(line.Id, line.Phone.Media with { Remote = new IPEndPoint(IPAddress.Parse(address), port) }));
        _rig.Run(10_000);
        Assert.Equal(0, line.Phone.PacketsReceived);
        Assert.Equal(0, _rig.Loops[0].Counters.PacketsOut);
    }

    [Fact]
    [Trait("Req", "RTP2")]
    public void Broken_datagrams_are_counted_and_hurt_nobody()
    {
        Line line = _rig.Call(450, 1), other = _rig.Call(850, 1);
        _rig.Run(300);
        Random random = new(1);
        byte[] junk = new byte[300];
        for (int i = 0; i < 200; i++)
        {
            random.NextBytes(junk);
            junk[0] = (byte)(i % 2 == 0 ? junk[0] : 0x80);
            line.Rtp.Deliver(junk.AsSpan(0, random.Next(0, 300)), line.Phone.Address);
            line.Rtcp.Deliver(junk.AsSpan(0, random.Next(0, 300)), line.Phone.Address);
            _rig.Run(5);
        }

        Assert.True(_rig.Loops[0].Counters.DroppedMalformed > 100);
        _rig.Run(300);
        Assert.True(other.Phone.Hears(line.Phone));
        Assert.True(line.Phone.Hears(other.Phone));
    }

    [Fact]
    public void Before_it_is_configured_a_leg_takes_nothing_and_says_nothing()
    {
        Line line = _rig.Open(450);
        _rig.Run(500);
        Assert.InRange(_rig.Loops[0].Counters.DroppedUnconfigured, 24, 25);
        Assert.Equal(0, line.Phone.PacketsReceived);
        Assert.Empty(_rig.Events);
    }

    [Fact]
    public void A_flood_is_taken_in_portions()
    {
        Line line = _rig.Call(450, 1);
        _rig.Run(100);
        long before = _rig.Loops[0].Counters.PacketsIn;
        line.Rtp.Now = _rig.Now - TimeSpan.FromMilliseconds(10);
        for (int i = 0; i < 60; i++)
        {
            line.Phone.Say(packet => line.Rtp.Deliver(packet, line.Phone.Address));
        }

        _rig.Run(20);
        Assert.InRange(_rig.Loops[0].Counters.PacketsIn - before, 30, 32);
    }

    [Fact]
    public void A_packet_that_has_just_come_is_the_last_of_its_tick_and_what_came_with_it_is_taken_in_the_next()
    {
        Line line = _rig.Call(450, 1);
        _rig.Run(100);
        line.Phone.Sends = false;
        _rig.Run(40);
        long before = _rig.Loops[0].Counters.PacketsIn;
        line.Phone.Sends = true;
        line.Rtp.Now = _rig.Now;
        for (int i = 0; i < 3; i++)
        {
            line.Phone.Say(packet => line.Rtp.Deliver(packet, line.Phone.Address));
        }

        line.Phone.Sends = false;
        _rig.Run(60);
        Assert.Equal(3, _rig.Loops[0].Counters.PacketsIn - before);
    }

    [Fact]
    [Trait("Req", "RTP6")]
    public void Reports_go_out_about_every_five_seconds_with_goodbye_at_the_end()
    {
        Line line = _rig.Call(450, 1);
        List<byte[]> reports = [];
        List<SourceAddress> targets = [];
        line.Rtcp.OnSent = (datagram, target) =>
        {
            reports.Add(datagram.ToArray());
            targets.Add(target);
        };
        _rig.Run(60_000);
        Assert.InRange(reports.Count, 7, 20);
        Assert.All(targets, target => Assert.Equal(line.Phone.Address with { Port = (ushort)(line.Phone.Address.Port + 1) }, target));
        Assert.All(reports, report => Assert.Contains(RtcpType.SenderReport, TypesOf(report)));
        int before = reports.Count;
        _rig.Send(new CloseLeg(line.Id));
        _rig.Run(20);
        Assert.Equal(before + 1, reports.Count);
        Assert.Contains(RtcpType.Goodbye, TypesOf(reports[^1]));
    }

    [Fact]
    [Trait("Req", "RTP6")]
    public void The_peers_report_gives_round_trip_and_loss_and_counts_as_a_sign_of_life()
    {
        Line line = _rig.Call(450, 1);
        byte[] lastReport = [];
        line.Rtcp.OnSent = (datagram, _) => lastReport = datagram.ToArray();
        line.Phone.Sends = false;
        _rig.Run(10_000);
        Assert.InRange(line.Leg.Quality.Read().SilentFor.TotalSeconds, 8.5, 10);

        Assert.True(RtcpReader.TryCreate(lastReport, out RtcpReader reader) && reader.Read());
        uint middle = (uint)(reader.ReadSender().NtpTime >> 16);
        byte[] answer = new byte[RtcpSession.MaxDatagramLength];
        RtcpWriter writer = new(answer);
        writer.WriteReceiverReport(77, new RtcpReportBlock(reader.Ssrc, 64, 10, 1000, 80, middle, 0));
        line.Rtcp.Deliver(answer.AsSpan(0, writer.Length), line.Phone.Address with { Port = 5555 });
        _rig.Run(1500);
        LegQuality quality = line.Leg.Quality.Read();
        Assert.Equal(0.25, quality.PeerLossFraction);
        Assert.True(quality.RoundTripMs > 0);
        Assert.InRange(quality.SilentFor.TotalSeconds, 0, 1.6);
    }

    [Fact]
    [Trait("Req", "RTP6")]
    public void With_mux_rtcp_shares_the_rtp_port_both_ways()
    {
        Line line = _rig.Open(450);
        List<PacketKind> sent = [];
        line.Rtp.OnSent = (datagram, _) => sent.Add(PacketKinds.Classify(datagram));
        line.Rtcp.OnSent = (_, _) => Assert.Fail("sent on the RTCP port");
        _rig.Send(new ConfigureLeg(line.Id, line.Phone.Media with { RtcpMux = true }));
        _rig.Run(10_000);
        Assert.Contains(PacketKind.Rtcp, sent);
        byte[] report = new byte[RtcpSession.MaxDatagramLength];
        RtcpWriter writer = new(report);
        writer.WriteReceiverReport(77, null);
        long malformed = _rig.Loops[0].Counters.DroppedMalformed;
        line.Rtp.Deliver(report.AsSpan(0, writer.Length), line.Phone.Address);
        _rig.Run(20);
        Assert.Equal(malformed, _rig.Loops[0].Counters.DroppedMalformed);
    }

    private static List<RtcpType> TypesOf(byte[] datagram)
    {
        List<RtcpType> types = [];
        Assert.True(RtcpReader.TryCreate(datagram, out RtcpReader reader));
        while (reader.Read())
        {
            types.Add(reader.Type);
        }

        return types;
    }
}
