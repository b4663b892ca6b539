using System.Collections.Concurrent;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Network;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Bridge.FunctionalTests.Entry;

/// <summary>PINs keyed over bad lines by senders with the faults of the field: no digit lost, none doubled.</summary>
public sealed class PinsOverBadLinesTests(PinsOverBadLinesTests.Fixture fixture) : IClassFixture<PinsOverBadLinesTests.Fixture>
{
    private const int Calls = 1000;
    private const int SideBySide = 50;

    [Fact]
    public async Task A_thousand_PINs_with_10_percent_loss_and_every_fault_of_a_sender_are_understood()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        BridgeMetricsPage before = await fixture.Bridge.ReadMetricsAsync();
        ConcurrentQueue<string> failures = [];
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, SideBySide).Select(async _ =>
        {
            int call;
            while ((call = Interlocked.Increment(ref next)) <= Calls)
            {
                // A machine that stands still for a second loses packets of its own. Faults are drawn from the call's number, so that
                // whatever the bridge does not understand it will not understand the second time either.
                string? failure = await KeyInAsync(room, call) is null ? null : await KeyInAsync(room, call);
                if (failure is not null)
                {
                    failures.Enqueue($"call {call} ({Fault(call)}): {failure}");
                }
            }
        }));

        BridgeMetricsPage after = await fixture.Bridge.ReadMetricsAsync();
        double Tried(string outcome) => after.SumOrZero("phonebridge_pins_tried_total", outcome) - before.SumOrZero("phonebridge_pins_tried_total", outcome);
        Assert.True(failures.IsEmpty, $"{failures.Count} of {Calls} failed:\n{string.Join('\n', failures.Take(20))}");
        Assert.InRange(Tried("Right"), Calls, Calls + 10);
        Assert.InRange(Tried("Wrong"), 0, 10);
        await fixture.WaitUntilIdleAsync(TimeSpan.FromSeconds(10));
    }

    private async Task<string?> KeyInAsync(BridgeRoom room, int call)
    {
        // Every fifth call has its loss on the network; the others at the sender, key by key repeatable from the seed.
        ImpairmentProxy? proxy = null;
        try
        {
            TestPhone phone = fixture.CreatePhone(options => options with
            {
                Records = false,
                RouteRtp = call % 5 != 0 ? null : bridge =>
                {
                    proxy = new ImpairmentProxy(bridge, new Impairment { Loss = 0.1, Duplication = 0.05, Reordering = 0.05, Seed = call });
                    return proxy.Front;
                },
            });
            await using (phone)
            {
                CallAnswer answer = await phone.DialAsync(fixture.Bridge.Address());
                if (!answer.IsAnswered)
                {
                    return answer.Reason;
                }

                if (proxy is not null)
                {
                    // Behind the proxy the source is not the one of the SDP: it has to be learnt first (RTP7), as of a phone behind NAT.
                    await Task.Delay(TimeSpan.FromSeconds(1));
                }

                await phone.Media.PressAsync(room.ParticipantPin, Fault(call));
                // Star and 8 say "leave": they work in the room only, so the BYE is the proof of admission.
                Task<CallEnd> end = phone.Ended;
                for (int tries = 0; tries < 8 && !end.IsCompleted; tries++)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(400));
                    if (!end.IsCompleted)
                    {
                        await phone.SendInfoAsync("application/dtmf-relay", "Signal=*\r\nDuration=160\r\n");
                        await phone.SendInfoAsync("application/dtmf-relay", "Signal=8\r\nDuration=160\r\n");
                        await Task.WhenAny(end, Task.Delay(TimeSpan.FromSeconds(4)));
                    }
                }

                return end.IsCompleted ? null : "was not let in";
            }
        }
        finally
        {
            if (proxy is not null)
            {
                await proxy.DisposeAsync();
            }
        }
    }

    private static KeyPress Fault(int call)
    {
        KeyPress press = new() { ToneMs = 80, PauseMs = 80, Seed = call };
        return (call % 8) switch
        {
            _ when call % 5 == 0 => press,
            0 => press with { Loss = 0.1 },
            1 => press with { Loss = 0.1, EndPackets = 1 },
            2 => press with { Loss = 0.1, EndPackets = 0, PauseMs = 200 },
            3 => press with { Loss = 0.1, Duplication = 0.3, OmitsMarker = true },
            4 => press with { Loss = 0.1, Reordering = 0.3 },
            // Segments are for presses of seconds; in short ones three losses in a row look like the pause between two presses.
            5 => press with { Loss = 0.02, SegmentMs = 100, ToneMs = 300 },
            6 => press with { EndsWithNewTimestamps = true, Loss = 0.05 },
            _ => press with { RunsTimestamps = true, Loss = 0.05 },
        };
    }

    /// <summary>A bridge with room for many short calls.</summary>
    public sealed class Fixture : BridgeFixture
    {
        /// <inheritdoc/>
        protected override BridgeOptions Options => new() { MediaPorts = 2000, Arguments = ["--Media:PortRest=00:00:01"] };
    }
}
