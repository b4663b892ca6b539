using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Testing.Tests.Phones;

public sealed class KeyScheduleTests
{
    [Fact]
    public void A_plain_key_keeps_its_timestamp_and_ends_three_times()
    {
        KeyPacket[] packets = [.. KeySchedule.Of('#', new KeyPress { ToneMs = 60 }, frameMs: 20)];
        Assert.Equal(6, packets.Length);
        Assert.All(packets, packet => Assert.Equal(11, packet.Event));
        Assert.All(packets, packet => Assert.Equal(0, packet.TimestampOffset));
        Assert.Equal([160, 320, 480, 480, 480, 480], packets.Select(packet => (int)packet.Duration));
        Assert.Equal([false, false, false, true, true, true], packets.Select(packet => packet.IsEnd));
        Assert.Equal([true, false, false, false, false, false], packets.Select(packet => packet.IsMarked));
    }

    [Fact]
    public void A_long_key_is_cut_in_segments_that_join()
    {
        // RFC 4733 §2.5.1.3: timestamp of a segment = the one before + its duration; the E bit only at the very end.
        KeyPacket[] packets = [.. KeySchedule.Of('1', new KeyPress { ToneMs = 120, SegmentMs = 60, EndPackets = 1 }, frameMs: 20)];
        Assert.Equal([0, 0, 0, 480, 480, 480, 480], packets.Select(packet => packet.TimestampOffset));
        Assert.Equal([160, 320, 480, 160, 320, 480, 480], packets.Select(packet => (int)packet.Duration));
        Assert.True(packets[^1].IsEnd);
    }
}
