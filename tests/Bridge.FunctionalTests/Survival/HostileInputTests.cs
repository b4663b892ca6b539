using System.Net;
using System.Net.Sockets;
using System.Text;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Survival;

/// <summary>What strangers send does not disturb a running call.</summary>
[Trait("Req", "MSG8")]
[Trait("Req", "RTP7")]
public sealed class HostileInputTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private const double ToneHz = 700;
    private const double ForeignHz = 1300;
    private const int Seed = 20_261;

    [Fact]
    public async Task Broken_SIP_and_foreign_RTP_are_dropped_and_the_voices_go_on()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (TestPhone talker, _) = await fixture.EnterAsync(room);
        (TestPhone listener, _) = await fixture.EnterAsync(room);
        try
        {
            await BridgeFixture.WaitForQuietAsync(talker, listener);
            talker.Media.Play(new VoiceClip(Signals.Tone(ToneHz, TimeSpan.FromSeconds(1), levelDbov: -20)));
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            TimeSpan from = MonotonicTime.Now;
            await Task.WhenAll(SendBrokenSipAsync(), SendForeignRtpAsync(talker.Agreement!.Remote));
            TimeSpan to = MonotonicTime.Now;

            Pcm heard = listener.Media.Heard.Decode(from, to);
            ToneTimeline timeline = ToneTimeline.Measure(heard, [ToneHz, ForeignHz]);
            TimeRange all = new(TimeSpan.Zero, heard.Duration);
            Assert.True(timeline.Share(ToneHz, all) > 0.85, $"seed {Seed}: heard {timeline.Share(ToneHz, all):P1} of the time");
            Assert.True(timeline.Peak(ForeignHz, all) < -50, "the injected voice is heard");
            Assert.Equal(0, listener.Media.Reception.Lost);

            // And the bridge still takes calls.
            await using TestPhone other = fixture.CreatePhone();
            Assert.Equal(200, (await other.DialAsync(fixture.Bridge.Address(), TestContext.Current.CancellationToken)).Status);
        }
        finally
        {
            await talker.DisposeAsync();
            await listener.DisposeAsync();
        }
    }

    private async Task SendBrokenSipAsync()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string text = $"INVITE sip:1@{fixture.Bridge.Sip} SIP/2.0\r\nVia: SIP/2.0/UDP {socket.LocalEndPoint};branch=z9hG4bKx\r\nMax-Forwards: 70\r\n"
            + "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: broken\r\nCSeq: 1 INVITE\r\nContact: <sip:a@127.0.0.1:9>\r\n"
            + "Content-Type: application/sdp\r\nContent-Length: 60\r\n\r\nv=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nm=audio 9 RTP/AVP 8\r\n";
        byte[] whole = Encoding.ASCII.GetBytes(text);
        Random random = new(Seed);
        for (int i = 0; i < 3000; i++)
        {
            byte[] broken = [.. whole];
            int faults = random.Next(1, 8);
            for (int fault = 0; fault < faults; fault++)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }

            // The first line or a header is always damaged beyond use, so that none of these is a call.
            int length = i % 3 == 0 ? random.Next(broken.Length) : broken.Length;
            broken[random.Next(10)] = 0;
            socket.SendTo(broken.AsSpan(0, length), fixture.Bridge.Sip);
            if (i % 50 == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(40));
            }
        }
    }

    private static async Task SendForeignRtpAsync(IPEndPoint rtp)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        byte[] voice = G711.Encode(PhoneCodec.Pcma, Signals.Tone(ForeignHz, TimeSpan.FromMilliseconds(20), levelDbov: -6).Samples);
        Random random = new(Seed);
        for (int i = 0; i < 1000; i++)
        {
            byte[] packet = [0x80, 8, (byte)(i >> 8), (byte)i, 0, (byte)(i * 160 >> 16), (byte)(i * 160 >> 8), (byte)(i * 160), 1, 2, 3, 4, .. voice];
            if (i % 2 == 1)
            {
                random.NextBytes(packet.AsSpan(0, random.Next(1, packet.Length)));
            }

            socket.SendTo(packet, rtp);
            if (i % 20 == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(40));
            }
        }
    }
}
