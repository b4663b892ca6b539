using System.Net;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Trunks;

namespace PhoneBridge.Bridge.Tests.Trunks;

/// <summary>Which trunk does a source belong to?</summary>
[Trait("Req", "TRA4")]
public sealed class TrunkTableTests
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
        Assert.Equal(belongs ? Operator : null, new TrunkTable(options).TrunkOf(IPAddress.Parse(source)));
    }

    [Theory]
    [InlineData(null, false, true)]   // a fresh bridge can be called by any phone
    [InlineData(null, true, false)]   // the first trunk closes the door for others
    [InlineData(true, true, true)]
    [InlineData(false, false, false)]
    public void Unknown_sources_are_taken_while_there_is_no_trunk_or_when_told_so(bool? accept, bool hasTrunk, bool taken)
    {
        SipOptions options = new() { Trunks = hasTrunk ? [Operator] : [], AcceptUnknownSources = accept };
        Assert.Equal(taken ? options.UnknownTrunk : null, new TrunkTable(options).TrunkOf(IPAddress.Parse("203.0.113.9")));
    }

    [Fact]
    public void Known_is_only_who_belongs_to_a_configured_trunk()
    {
        TrunkTable table = new(new SipOptions { Trunks = [Operator], AcceptUnknownSources = true });
        Assert.True(table.IsKnown(IPAddress.Parse("192.0.2.1")));
        Assert.False(table.IsKnown(IPAddress.Parse("203.0.113.9")));
    }

    [Fact]
    [Trait("Req", "REG")]
    [Trait("Req", "TRA6")]
    public void Calls_from_registrar_backup_proxy_and_watched_peer_belong_to_their_trunk()
    {
        TrunkOptions registered = new()
        {
            Name = "registered",
            Registration = new TrunkRegistrationOptions { Registrar = "a.example", Backup = "203.0.113.8:5070", OutboundProxy = "p.example:5061" },
            Peer = new TrunkPeerOptions { Address = "[2001:db9::1]" },
        };
        TrunkTable table = new(
            new SipOptions { Trunks = [Operator, registered] },
            new Dictionary<string, IPAddress[]> { ["A.example"] = [IPAddress.Parse("203.0.113.9")], ["p.example:5061"] = [IPAddress.Parse("203.0.113.10")] });
        Assert.All(
            new[] { "203.0.113.8", "203.0.113.9", "203.0.113.10", "::ffff:203.0.113.9", "2001:db9::1" },
            address => Assert.Equal(registered, table.TrunkOf(IPAddress.Parse(address))));
        Assert.Equal(Operator, table.TrunkOf(IPAddress.Parse("192.0.2.1")));
        Assert.Null(table.TrunkOf(IPAddress.Parse("203.0.113.11")));
    }

    [Fact]
    public void A_name_is_a_source_by_the_addresses_that_it_means_now()
    {
        TrunkOptions named = new() { Name = "named", Sources = ["sip.example.net"] };
        TrunkTables tables = new(Microsoft.Extensions.Options.Options.Create(new SipOptions { Trunks = [named] }));
        Assert.Null(tables.Current.TrunkOf(IPAddress.Parse("203.0.113.9")));
        Assert.True(tables.SetAddresses("sip.example.net", [IPAddress.Parse("203.0.113.9"), IPAddress.Parse("203.0.113.10")]));
        TrunkTable before = tables.Current;
        Assert.False(tables.SetAddresses("SIP.example.net", [IPAddress.Parse("203.0.113.10"), IPAddress.Parse("203.0.113.9")]));
        Assert.Same(before, tables.Current);
        Assert.True(tables.SetAddresses("sip.example.net", [IPAddress.Parse("203.0.113.20")]));
        Assert.Null(tables.Current.TrunkOf(IPAddress.Parse("203.0.113.9")));
        Assert.Equal(named, tables.Current.TrunkOf(IPAddress.Parse("203.0.113.20")));
        Assert.Equal(named, before.TrunkOf(IPAddress.Parse("203.0.113.9")));     // who holds a table keeps to it
    }

    [Fact]
    public void Other_trunks_keep_the_addresses_of_names_that_they_still_use_and_no_others()
    {
        TrunkOptions first = new() { Name = "first", Sources = ["a.example"] };
        TrunkTables tables = new(Microsoft.Extensions.Options.Options.Create(new SipOptions { Trunks = [first] }));
        tables.SetAddresses("a.example", [IPAddress.Parse("203.0.113.1")]);
        TrunkOptions second = new() { Name = "second", Sources = ["a.example", "b.example"] };
        tables.Replace(new SipOptions { Trunks = [second] }, new Dictionary<string, IPAddress[]> { ["b.example"] = [IPAddress.Parse("203.0.113.2")] });
        Assert.Equal(second, tables.Current.TrunkOf(IPAddress.Parse("203.0.113.1")));
        Assert.Equal(second, tables.Current.TrunkOf(IPAddress.Parse("203.0.113.2")));
        tables.Replace(new SipOptions { Trunks = [first] }, new Dictionary<string, IPAddress[]>());
        Assert.Equal(["a.example"], tables.Current.Addresses.Keys);
    }

    [Theory]
    [InlineData("sip.example.net", "sip.example.net", null)]
    [InlineData("sip.example.net:5080", "sip.example.net", 5080)]
    [InlineData("192.0.2.1:5070", "192.0.2.1", 5070)]
    [InlineData("[2001:db8::1]", "2001:db8::1", null)]
    [InlineData("[2001:db8::1]:5061", "2001:db8::1", 5061)]
    [InlineData("2001:db8::1", null, null)]
    [InlineData("sip.example.net:0", null, null)]
    [InlineData("sip.example.net:x", null, null)]
    [InlineData("sip:sip.example.net", null, null)]
    [InlineData("a b", null, null)]
    [InlineData("[a]", null, null)]
    public void A_peer_is_a_host_with_or_without_a_port(string text, string? host, int? port)
    {
        Assert.Equal(host is not null, PeerAddress.TryParse(text, out PeerAddress? read));
        Assert.Equal((host, port), (read?.Host, read?.Port));
    }
}
