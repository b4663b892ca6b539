using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>Ten thousand short calls over a bad line on virtual time (§8: one call leaks nothing over 10 000 calls).</summary>
public sealed class ManyCallsTests
{
    private const int Count = 10_000;

    [Theory]
    [InlineData(1, 0.05, 0.02, 80)]
    [InlineData(2, 0, 0, 0)]
    [Trait("Req", "TRX3")]
    [Trait("Req", "DLG3")]
    public void They_leave_no_transaction_dialog_or_timer(int seed, double loss, double duplication, int jitterMs)
    {
        SimulatedNetwork network = new(seed, new LinkQuality(loss, duplication, jitterMs));
        SimulatedApp app = new();
        SimulatedBridge bridge = new(network, app);
        app.OnCall = call => Decide(network, bridge, call);
        List<SimulatedPhone> phones = [];
        for (int i = 0; i < Count; i++)
        {
            SimulatedPhone phone = new(network, i % 4 == 3 ? SipTransportKind.Tcp : SipTransportKind.Udp) { KeepsArrivals = false };
            phones.Add(phone);
            network.At(network.Now + TimeSpan.FromMilliseconds(20 * i), () => Play(network, phone));
        }

        network.RunToEnd();
        bridge.AssertEmpty();
        Assert.All(app.Calls, static call => Assert.NotNull(call.End));
        Assert.All(phones, phone => Assert.True(phone.IsIdle, $"seed {seed}: a phone still waits"));

        // On 5 % loss nearly every INVITE comes through, and all kinds of end are met.
        Assert.InRange(app.Calls.Count, Count - 10, Count);
        SipCallEndKind[] expected =
            [SipCallEndKind.Cancelled, SipCallEndKind.Rejected, SipCallEndKind.RemoteHangUp, SipCallEndKind.LocalHangUp, SipCallEndKind.NoAck];
        Assert.Subset(app.Calls.Select(static call => call.End!.Value.Kind).ToHashSet(), expected.ToHashSet());
    }

    // The application: rings for a while, refuses some, hangs up on some early and on everybody after a minute.
    private static void Decide(SimulatedNetwork network, SimulatedBridge bridge, AppCall call)
    {
        int choice = network.Random.Next(10);
        if (choice == 0)
        {
            call.Call.Reject(486);
            return;
        }

        call.Call.Ring();
        After(network, bridge, 0.3 * network.Random.NextDouble(), () => call.Call.Accept(Descriptions.Ours));
        double end = choice < 4 ? 5 * network.Random.NextDouble() : 60;
        After(network, bridge, end, () => call.Call.HangUp(SipHangUp.Normal));
    }

    // The caller: gives up, forgets the ACK, puts on hold, hangs up, or waits to be hung up on.
    private static void Play(SimulatedNetwork network, SimulatedPhone phone)
    {
        int choice = network.Random.Next(10);
        phone.IgnoredOks = choice switch { 0 => 1000, 1 => 1, _ => 0 };
        bool isLate = choice == 2;
        phone.AckBody = isLate ? Descriptions.Theirs : null;
        phone.Invite(isLate ? null : Descriptions.Theirs);
        network.At(network.Now + TimeSpan.FromSeconds(0.4 * network.Random.NextDouble()), () =>
        {
            if (choice == 3 && phone.Dialog is null)
            {
                phone.Cancel();
            }
        });
        network.At(network.Now + TimeSpan.FromSeconds(1), () =>
        {
            if (choice is 4 or 5 && phone.Dialog is not null)
            {
                phone.SendInDialog("INVITE", Descriptions.Hold);
            }
        });
        network.At(network.Now + TimeSpan.FromSeconds(1 + (5 * network.Random.NextDouble())), () =>
        {
            if (choice > 2 && phone.Dialog is not null)
            {
                phone.SendInDialog("BYE");
            }
        });
    }

    private static void After(SimulatedNetwork network, SimulatedBridge bridge, double seconds, Action command) =>
        network.At(network.Now + TimeSpan.FromSeconds(seconds), () =>
        {
            command();
            bridge.Flush();
        });
}
