using System.Net;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Trunks;

namespace PhoneBridge.Bridge.Tests.Configuration;

[Trait("Req", "TRA4")]
public sealed class SipOptionsTests
{
    private static readonly TrunkOptions Operator = new() { Name = "operator", Sources = ["192.0.2.1", "198.51.100.0/24", "2001:db8::/32"] };

    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData("192.0.2.2", false)]
    [InlineData("198.51.100.77", true)]
    [InlineData("::ffff:198.51.100.77", true)]
    [InlineData("2001:db8:1::5", true)]
    [InlineData("2001:db9::5", false)]
    public void A_source_belongs_to_the_trunk_that_lists_it(string source, bool belongs)
    {
        SipOptions options = new() { Trunks = [Operator] };
        Assert.Equal(belongs ? Operator : null, options.TrunkOf(IPAddress.Parse(source)));
    }

    [Theory]
    [InlineData(null, false, true)]   // a fresh bridge can be called by any phone
    [InlineData(null, true, false)]   // the first trunk closes the door for others
    [InlineData(true, true, true)]
    [InlineData(false, false, false)]
    public void Unknown_sources_are_taken_while_there_is_no_trunk_or_when_told_so(bool? accept, bool hasTrunk, bool taken)
    {
        SipOptions options = new() { Trunks = hasTrunk ? [Operator] : [], AcceptUnknownSources = accept };
        Assert.Equal(taken ? options.UnknownTrunk : null, options.TrunkOf(IPAddress.Parse("203.0.113.9")));
    }

    [Fact]
    [Trait("Req", "REG")]
    public void Calls_from_a_registrar_belong_to_the_trunk_that_is_registered_there()
    {
        TrunkOptions registered = new() { Name = "registered", Registration = new TrunkRegistrationOptions() };
        SipOptions options = new() { Trunks = [Operator, registered] };
        RegistrarAddresses registrars = new();
        registrars.Set("registered", [IPAddress.Parse("203.0.113.9")]);
        Assert.Equal(registered, options.TrunkOf(IPAddress.Parse("203.0.113.9"), registrars.Holds));
        Assert.Equal(registered, options.TrunkOf(IPAddress.Parse("::ffff:203.0.113.9"), registrars.Holds));
        Assert.Equal(Operator, options.TrunkOf(IPAddress.Parse("192.0.2.1"), registrars.Holds));
        Assert.Null(options.TrunkOf(IPAddress.Parse("203.0.113.10"), registrars.Holds));
    }

    [Fact]
    public void An_empty_listen_entry_is_switched_off()
    {
        SipOptions options = new() { Udp = ["127.0.0.1:0", ""], Tcp = [""] };
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, 0)], options.UdpEndPoints());
        Assert.Empty(options.TcpEndPoints());
    }
}
