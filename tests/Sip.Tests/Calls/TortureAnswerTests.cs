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

    public static IEnumerable<TheoryDataRow<string, string>> Rows => TortureTable.Rows.Select(row => new TheoryDataRow<string, string>(row.Name, row.Datagram));

    [Theory]
    [Trait("Req", "MSG8")]
    [MemberData(nameof(Rows))]
    public void Each_message_gets_the_answer_of_the_table(string name, string expected)
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

        Assert.Equal(expected, finals.Count == 0 ? "dropped" : string.Join(' ', finals));
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
