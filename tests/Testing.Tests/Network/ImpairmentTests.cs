using System.Net;
using System.Net.Sockets;
using PhoneBridge.Testing.Network;

namespace PhoneBridge.Testing.Tests.Network;

public sealed class ImpairmentTests
{
    [Fact]
    public void Random_loss_hits_its_share_and_a_seed_repeats_it()
    {
        Impairment impairment = new() { Loss = 0.1, Seed = 5 };
        int[] first = Copies(impairment, 10_000);
        Assert.Equal(first, Copies(impairment, 10_000));
        Assert.InRange(first.Count(copies => copies == 0), 900, 1100);
    }

    [Fact]
    public void Bursts_have_the_length_of_the_Gilbert_model()
    {
        int[] copies = Copies(new Impairment { BurstStart = 0.01, BurstEnd = 0.25 }, 100_000);
        int lost = copies.Count(c => c == 0);
        int bursts = Enumerable.Range(1, copies.Length - 1).Count(i => copies[i] == 0 && copies[i - 1] != 0);
        Assert.InRange((double)lost / bursts, 3.6, 4.4);
    }

    [Fact]
    public async Task The_proxy_forwards_both_ways_and_counts_what_it_dropped()
    {
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using ImpairmentProxy proxy = new((IPEndPoint)server.LocalEndPoint!, new Impairment { Loss = 0.5, Seed = 3 });
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(proxy.Front);
        client.ReceiveTimeout = 5000;
        for (int i = 0; i < 100; i++)
        {
            client.Send([(byte)i]);
        }

        byte[] buffer = new byte[10];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        server.ReceiveTimeout = 500;
        int received = 0;
        try
        {
            while (server.ReceiveFrom(buffer, ref from) == 1)
            {
                received++;
                Assert.Equal(proxy.Back, from);
            }
        }
        catch (SocketException)
        {
            // The time-out: nothing more comes.
        }

        Assert.Equal(100, proxy.ToServer.Received);
        Assert.Equal(received, proxy.ToServer.Delivered);
        Assert.Equal(100 - received, proxy.ToServer.Lost);
        Assert.InRange(received, 35, 65);

        server.SendTo([42], proxy.Back);
        Assert.Equal(1, client.Receive(buffer));
        Assert.Equal(42, buffer[0]);
    }

    private static int[] Copies(Impairment impairment, int count)
    {
        ImpairmentModel model = new(impairment);
        return [.. Enumerable.Range(0, count).Select(_ => model.Next(172).Copies)];
    }
}
