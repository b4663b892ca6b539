using PhoneBridge.Media.Codecs;
using PhoneBridge.Mixer.Tests.Rig;

namespace PhoneBridge.Mixer.Tests.Loop;

public sealed class AllocationTests
{
    [Fact]
    public void Ticks_and_packets_allocate_nothing()
    {
        using LoopRig rig = new();
        Line[] lines = [.. Enumerable.Range(0, 50).Select(i =>
            rig.Call(400 + (50 * i), i % 10 == 9 ? null : i % 4, i % 2 == 0 ? AudioFormat.Pcma : AudioFormat.Pcmu))];
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i].Rtp.OnSent = null;
            lines[i].Phone.Talks = i % 3 == 0;
            rig.Send(new SetGains(lines[i].Id, i % 5, -(i % 3)));
        }

        rig.Send(new PlayToLeg(lines[1].Id, 1, [Clips.Tone(1000, 90)], Loop: true));
        rig.Send(new PlayToLeg(lines[9].Id, 1, [Clips.Tone(1000, 90)], Loop: true));
        rig.Run(3000);
        rig.AllocatedByLoops = 0;
        rig.Run(12_000);                // RTCP reports and quality snapshots among them
        Assert.Equal(0, rig.AllocatedByLoops);
        Assert.True(rig.Loops[0].Counters.PacketsOut > 50 * 700);
    }

    [Fact]
    public void A_hand_over_allocates_nothing_on_the_loops_once_their_lists_have_grown()
    {
        using LoopRig rig = new(loops: 3);
        for (int conference = 1; conference <= 6; conference++)
        {
            rig.Call(300 + (50 * conference), conference).Rtp.OnSent = null;
        }

        Line wanderer = rig.Call(2500);
        wanderer.Rtp.OnSent = null;
        for (int i = 0; i < 200; i++)
        {
            rig.AllocatedByLoops = i < 100 ? 0 : rig.AllocatedByLoops;
            rig.Send(new JoinConference(wanderer.Id, new ConferenceId(1 + (i % 6)), MuteCauses.None));
            rig.Run(7);
        }

        Assert.Equal(0, rig.AllocatedByLoops);
    }

    [Fact]
    public void A_leg_costs_less_than_40_kibibytes()
    {
        const int Legs = 200;
        using LoopRig rig = new();
        rig.Call(450, 1);
        rig.Run(100);
        MemoryPort rtp = new(), rtcp = new();
        LegMedia media = new Phone(450, AudioFormat.Pcma, new(System.Net.IPAddress.Loopback, 4000)).Media;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Legs; i++)
        {
            LegId id = new(1000 + i);
            rig.AddLeg(id, rtp, rtcp);
            rig.Send(new ConfigureLeg(id, media));
            rig.Send(new JoinConference(id, new ConferenceId(1), MuteCauses.None));
        }

        rig.Run(100);
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Legs;       // what is kept is less: commands go
        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes a leg");
        Assert.InRange(each, 1000, 40 * 1024);
    }
}
