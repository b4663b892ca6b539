using System.Net;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Tests.Configuration;

public sealed class SipOptionsTests
{
    [Fact]
    public void An_empty_listen_entry_is_switched_off()
    {
        SipOptions options = new() { Udp = ["127.0.0.1:0", ""], Tcp = [""] };
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, 0)], options.UdpEndPoints());
        Assert.Empty(options.TcpEndPoints());
    }
}
