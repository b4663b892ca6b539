using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Rooms;
using PhoneBridge.Sip.Identity;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Tests.Calls;

/// <summary>What trunk, number and caller make of an INVITE.</summary>
public sealed class CallRoutingTests
{
    private static readonly SipFlow FromTrunk = new(
        SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 5060), IPEndPoint.Parse("192.0.2.1:5060"), Channel: 0);

    [Theory]
    [Trait("Req", "ID")]
    [InlineData(CalledNumberSource.RequestUri, 404)]            // there stands the trunk's account
    [InlineData(CalledNumberSource.To, 0)]
    [InlineData(CalledNumberSource.PCalledPartyId, 0)]
    public void The_called_number_stands_where_the_trunk_writes_it(CalledNumberSource source, int status) =>
        Assert.Equal(status, Decide(new TrunkOptions { CalledNumber = source, Numbers = [new NumberOptions { Number = "+33123456789" }] }).Status);

    [Fact]
    public void A_number_has_its_language_and_its_greeting()
    {
        CallRoute route = Decide(new TrunkOptions
        {
            CalledNumber = CalledNumberSource.To,
            Numbers = [new NumberOptions { Number = "+33123456789", Language = "en", Greeting = "Board of Lyon" }],
        }).Route!;
        Assert.Equal((IvrLanguage.English, "Board of Lyon"), (route.Language, route.Greeting));
        Assert.Null(Decide(new TrunkOptions()).Route!.Greeting);
    }

    [Fact]
    public void A_stranger_is_refused() => Assert.Equal(403, Decide(new TrunkOptions(), source: "198.51.100.9").Status);

    private static CallDecision Decide(TrunkOptions trunk, string source = "192.0.2.1")
    {
        trunk.Name = "operator";
        trunk.Sources = ["192.0.2.1"];
        CallRouting routing = new(
            new TrunkTables(Options.Create(new SipOptions { Trunks = [trunk] })), Options.Create(new DialogueOptions()), new CallerTagger(new byte[CallerTagger.KeyLength]));
        return routing.Decide(Invite(), FromTrunk with { Remote = new IPEndPoint(IPAddress.Parse(source), 5060) });
    }

    private static SipRequest Invite() => (SipRequest)SipParser.Parse(Encoding.ASCII.GetBytes(string.Join("\r\n",
        "INVITE sip:account@192.0.2.10 SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
        "From: <sip:+33612345621@192.0.2.1>;tag=1",
        "To: <sip:0123456789@192.0.2.10>",
        "P-Called-Party-ID: <sip:+33123456789@192.0.2.10>",
        "Call-ID: 1@192.0.2.1",
        "CSeq: 1 INVITE",
        "Max-Forwards: 70",
        "Contact: <sip:192.0.2.1>",
        "Content-Length: 0",
        "",
        ""))).Message!;
}
