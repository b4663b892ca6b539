using System.Net;
using PhoneBridge.Fuzz;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Tests.Torture;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>What the whole core makes of the messages of RFC 4475 and RFC 5118, and of mutations of them.</summary>
public sealed class TortureAnswerTests
{
    private static readonly SipFlow Flow = new(
        SipTransportKind.Udp, SimulatedBridge.Address, new IPEndPoint(IPAddress.Parse("198.51.100.200"), 5060), 0);

    [Theory]
    [Trait("Req", "MSG8")]
    [InlineData("wsinv", 481)]
    [InlineData("intmeth", 501)]
    [InlineData("esc01", 200)]
    [InlineData("escnull", 405)]
    [InlineData("esc02", 501)]
    [InlineData("lwsdisp", 200)]
    [InlineData("longreq", 200)]
    [InlineData("dblreq", 405)]
    [InlineData("semiuri", 200)]
    [InlineData("transports", 200)]
    [InlineData("mpart01", 405)]
    [InlineData("unreason", 0)]
    [InlineData("noreason", 0)]
    [InlineData("badinv01", 400)]
    [InlineData("clerr", 400)]
    [InlineData("ncl", 400)]
    [InlineData("scalar02", 400)]
    [InlineData("scalarlg", 0)]
    [InlineData("quotbal", 400)]
    [InlineData("ltgtruri", 400)]
    [InlineData("lwsruri", 400)]
    [InlineData("lwsstart", 400)]
    [InlineData("trws", 400)]
    [InlineData("escruri", 400)]
    [InlineData("baddate", 200)]
    [InlineData("regbadct", 405)]
    [InlineData("badaspec", 200)]
    [InlineData("baddn", 200)]
    [InlineData("badvers", 505)]
    [InlineData("mismatch01", 400)]
    [InlineData("mismatch02", 501)]
    [InlineData("bigcode", 0)]
    [InlineData("badbranch", 200)]
    [InlineData("insuf", 400)]
    [InlineData("unkscm", 416)]
    [InlineData("novelsc", 416)]
    [InlineData("unksm2", 405)]
    [InlineData("bext01", 420)]
    [InlineData("invut", 415)]
    [InlineData("regaut01", 405)]
    [InlineData("multi01", 400)]
    [InlineData("mcl01", 400)]
    [InlineData("bcast", 0)]
    [InlineData("zeromf", 200)]
    [InlineData("cparam01", 405)]
    [InlineData("cparam02", 405)]
    [InlineData("regescrt", 405)]
    [InlineData("sdp01", 406)]
    [InlineData("inv2543", 200)]
    [InlineData("ipv6-good", 405)]
    [InlineData("ipv6-bad", 400)]
    [InlineData("port-ambiguous", 405)]
    [InlineData("port-unambiguous", 405)]
    [InlineData("ipv6-in-sdp", 200)]
    [InlineData("mult-ip-in-sdp", 200)]
    [InlineData("ipv4-mapped-ipv6", 200)]
    public void Each_message_gets_the_answer_of_the_profile(string name, int expected)
    {
        SimulatedApp app = new() { Network = new SimulatedNetwork(seed: 1) };
        SipUserAgent agent = new(new SipUserAgentOptions(), app, new SipCounters(), app, new SipTokens(), static () => { });
        agent.OnMessage(SipParser.Parse(TortureMessage.Read(name)), Flow, TimeSpan.FromHours(1));
        agent.RunCommands(TimeSpan.FromHours(1));
        List<int> finals = [];
        while (agent.Outbox.TryTake(out SipOutgoing outgoing))
        {
            SipResponse response = Assert.IsType<SipResponse>(outgoing.Message);
            if (response.StatusCode >= 200)
            {
                finals.Add(response.StatusCode);
            }
        }

        Assert.Equal(expected == 0 ? [] : [expected], finals);
        Assert.Empty(app.Faults);
    }

    [Fact]
    [Trait("Req", "MSG8")]
    public void Twenty_thousand_mutations_leave_nothing_behind_and_a_good_call_passes_between_each_hundred()
    {
        const int Seed = 20_260_102;
        SimulatedNetwork network = new(Seed);
        SimulatedApp app = new();
        SimulatedBridge bridge = new(network, app);
        Mutator mutator = new([.. TortureMessage.Names.Select(TortureMessage.Read)], Seed);
        for (int i = 0; i < 20_000; i++)
        {
            SipFlow flow = i % 3 == 0 ? Flow with { Transport = SipTransportKind.Tcp, Channel = 9 } : Flow;
            bridge.OnBytes(flow, mutator.Next());
            network.Run(0.01);
            if (i % 100 == 0)
            {
                SimulatedPhone phone = new(network);
                phone.Invite(Descriptions.Theirs);
                network.Run(0.1);
                phone.SendInDialog("BYE");
                network.Run(0.1);
                Assert.Equal((200, 200), (phone.Final("INVITE").StatusCode, phone.Final("BYE").StatusCode));
            }
        }

        network.RunToEnd();
        bridge.AssertEmpty();
        Assert.InRange(app.Calls.Count, 220, 20_000);       // 200 good ones, and mutations that got as far as a call
    }
}
