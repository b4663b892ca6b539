using System.Net;
using System.Net.Sockets;
using PhoneBridge.Media.Streams;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Testing.Network;

namespace PhoneBridge.Mixer.Tests.Io;

public sealed class LegSocketTests
{
    private readonly byte[] _buffer = new byte[100];

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Datagrams_go_both_ways_and_a_connected_socket_hears_its_peer_alone(string loopback)
    {
        IPAddress address = IPAddress.Parse(loopback);
        using LegSocket one = Open(address, out SourceAddress oneAt), two = Open(address, out SourceAddress twoAt), three = Open(address, out SourceAddress threeAt);
        Assert.Equal(-1, one.Receive(_buffer, out _, out _));
        Assert.True(two.Send([1, 2, 3], oneAt));
        Assert.Equal((3, twoAt), Receive(one));

        Assert.True(three.Send([3, 3, 3, 3], oneAt));            // waits in the buffer when the other is connected to
        one.Connect(twoAt);
        Assert.Equal((4, threeAt), Receive(one));                // and still says where it came from
        Assert.Equal(-1, one.Receive(_buffer, out _, out _));
        Assert.True(three.Send([3], oneAt));
        Assert.True(two.Send([2, 2], oneAt));
        Assert.Equal((2, twoAt), Receive(one));
        Assert.Equal(-1, one.Receive(_buffer, out _, out _));
        Assert.True(one.Send([1], twoAt));
        Assert.Equal((1, oneAt), Receive(two));
        Assert.True(one.Send([1], threeAt));                     // RTCP by mux, or a changed target
        Assert.Equal((1, oneAt), Receive(three));

        one.Disconnect();
        Assert.True(three.Send([3], oneAt));
        Assert.Equal((1, threeAt), Receive(one));
    }

    [Theory]
    [Trait("Req", "RTP11")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_datagram_says_when_it_arrived_and_not_when_it_was_fetched(bool isConnected)
    {
        using LegSocket one = Open(IPAddress.Loopback, out SourceAddress oneAt), two = Open(IPAddress.Loopback, out SourceAddress twoAt);
        if (isConnected)
        {
            one.Connect(twoAt);
            Assert.Equal(-1, one.Receive(_buffer, out _, out _));
        }

        TimeSpan before = MediaThread.Now;
        Assert.True(two.Send([1], oneAt));
        TimeSpan after = MediaThread.Now;
        SpinWait.SpinUntil(() => MediaThread.Now > after + TimeSpan.FromMilliseconds(25));
        ArrivalTime.ReadClocks();
        Assert.Equal(1, one.Receive(_buffer, out _, out TimeSpan arrival));
        Assert.InRange(arrival, before - TimeSpan.FromMilliseconds(0.1), after + TimeSpan.FromMilliseconds(0.1));
    }

    [Fact]
    public void A_peer_whose_port_is_closed_does_not_end_the_leg()
    {
        using LegSocket one = Open(IPAddress.Loopback, out SourceAddress oneAt), other = Open(IPAddress.Loopback, out SourceAddress otherAt);
        LegSocket peer = Open(IPAddress.Loopback, out SourceAddress peerAt);
        one.Connect(peerAt);
        peer.Dispose();
        for (int i = 0; i < 20; i++)
        {
            one.Send([1], peerAt);                               // each brings an ICMP error, reported by a later call
            Assert.Equal(-1, one.Receive(_buffer, out _, out _));
        }

        one.Disconnect();
        Assert.True(other.Send([5], oneAt));
        Assert.Equal((1, otherAt), Receive(one));
    }

    [Fact]
    public void A_port_that_is_taken_is_no_error()
    {
        int port = FreePorts.TakeBlock(2);
        Assert.True(LegSocket.TryOpen(new IPEndPoint(IPAddress.Loopback, port), 4096, dscp: null, out LegSocket? first));
        using (first)
        {
            Assert.False(LegSocket.TryOpen(new IPEndPoint(IPAddress.Loopback, port), 4096, dscp: null, out _));
        }
    }

    [Theory]
    [InlineData("127.0.0.1", 46, 0xB8)]
    [InlineData("127.0.0.1", null, 0)]
    [InlineData("::1", 46, 0xB8)]
    [Trait("Req", "RTP14")]
    public void Packets_carry_the_code_point(string loopback, int? dscp, int octet)
    {
        IPAddress address = IPAddress.Parse(loopback);
        bool isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
        int port = FreePorts.TakeBlock(2);
        Assert.True(LegSocket.TryOpen(new IPEndPoint(address, port), 4096, dscp, out LegSocket? socket));
        using (socket)
        {
            Span<byte> value = stackalloc byte[4];
            socket.Socket.GetRawSocketOption(isIPv4 ? 0 : 41, isIPv4 ? 1 : 67, value);      // IP_TOS, IPV6_TCLASS
            Assert.Equal(octet, value[0]);
        }
    }

    [Fact]
    public void A_target_of_the_other_family_is_refused()
    {
        using LegSocket socket = Open(IPAddress.Loopback, out _);
        Assert.False(socket.Send([1], SourceAddress.From(IPAddress.IPv6Loopback, 5000)));
    }

    private static LegSocket Open(IPAddress address, out SourceAddress at)
    {
        int port = FreePorts.TakeBlock(2);
        Assert.True(LegSocket.TryOpen(new IPEndPoint(address, port), 32 * 1024, dscp: 46, out LegSocket? socket));
        at = SourceAddress.From(address, port);
        return socket;
    }

    private (int Length, SourceAddress Source) Receive(LegSocket socket)
    {
        int length = socket.Receive(_buffer, out SourceAddress source, out _);     // loopback delivers before the sender's call returns
        return (length, source);
    }
}
