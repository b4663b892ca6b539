using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Flooding;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Survival;

/// <summary>Who sprays all ports, or knows a caller's stream to the last number and sends from his network, is not heard and hears nothing.</summary>
[Trait("Req", "RTP7")]
public sealed class InjectedVoiceTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private const double ToneHz = 700;
    private const double ForeignHz = 1300;
    private const int FrameSamples = 160;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);

    [Fact]
    public Task Packets_with_the_right_SSRC_and_sequence_from_another_port_or_address_are_not_heard() => CheckAsync(InjectAsync);

    [Fact]
    public Task Loud_packets_from_strangers_on_every_port_are_neither_heard_nor_answered() => CheckAsync(async _ =>
    {
        (int first, int last) = fixture.Bridge.MediaPorts;
        using RtpSpray spray = new(IPAddress.Loopback, first, last, sources: 4);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(Length);
        SprayResult result = await spray.RunAsync(20_000, end.Token);
        Assert.True(result.Sent > 20_000, $"only {result.Sent} were sent");
        return result.Answers;
    });

    // A tone goes from one caller to another while somebody does his worst.
    private async Task CheckAsync(Func<TestPhone, Task<long>> attack)
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
            Assert.Equal(0, await attack(talker));
            Pcm heard = listener.Media.Heard.Decode(from, MonotonicTime.Now);
            ToneTimeline timeline = ToneTimeline.Measure(heard, [ToneHz, ForeignHz]);
            TimeRange all = new(TimeSpan.Zero, heard.Duration);
            Assert.True(timeline.Share(ToneHz, all) > 0.85, $"heard {timeline.Share(ToneHz, all):P1} of the time");
            Assert.True(timeline.Peak(ForeignHz, all) < -50, "the injected voice is heard");
            Assert.Equal(0, listener.Media.Reception.Lost);
        }
        finally
        {
            await talker.DisposeAsync();
            await listener.DisposeAsync();
        }
    }

    // Every 10 ms, from each place: the next packets of the very stream, the same with another payload type, and a stream of another SSRC.
    private static async Task<long> InjectAsync(TestPhone talker)
    {
        Socket[] places = [Open(IPAddress.Loopback), Open(IPAddress.Parse("127.0.0.2")), Open(IPAddress.Parse("127.0.0.3"))];
        byte[] voice = G711.Encode(PhoneCodec.Pcma, Signals.Tone(ForeignHz, TimeSpan.FromMilliseconds(20), levelDbov: -3).Samples);
        byte[] packet = [0x80, .. new byte[11], .. voice];
        TimeSpan end = MonotonicTime.Now + Length;
        try
        {
            while (MonotonicTime.Now < end)
            {
                (uint ssrc, ushort sequence, uint timestamp) = talker.Media.Position;
                foreach (Socket place in places)
                {
                    for (int ahead = 0; ahead < 4; ahead++)
                    {
                        Send(place, ssrc, PhoneCodec.Pcma, ahead);
                    }

                    Send(place, ssrc, PhoneCodec.Pcmu, 0);
                    Send(place, ssrc + 1, PhoneCodec.Pcma, 0);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);

                void Send(Socket place, uint source, PhoneCodec type, int ahead)
                {
                    packet[1] = (byte)type;
                    BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)(sequence + ahead));
                    BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), timestamp + (uint)(ahead * FrameSamples));
                    BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), source);
                    place.SendTo(packet, talker.Agreement!.Remote);
                }
            }

            return places.Count(place => place.Available > 0);
        }
        finally
        {
            Array.ForEach(places, place => place.Dispose());
        }
    }

    private static Socket Open(IPAddress address)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }
}
