using PhoneBridge.Mixer.Legs;

namespace PhoneBridge.Mixer.Tests.Legs;

public sealed class QualityCellTests
{
    [Fact]
    public void A_reader_never_sees_half_of_a_value()
    {
        QualityCell cell = new();
        bool done = false;
        Thread writer = new(() =>
        {
            for (int i = 1; i <= 300_000; i++)
            {
                cell.Write(new LegQuality { PacketsReceived = i, PacketsSent = i, JitterMs = i, RoundTripMs = i, SilentFor = TimeSpan.FromTicks(i) });
            }

            Volatile.Write(ref done, true);
        });
        writer.Start();
        long last = 0;
        while (!Volatile.Read(ref done))
        {
            LegQuality value = cell.Read();
            Assert.Equal(value.PacketsReceived, value.PacketsSent);
            Assert.Equal(value.PacketsReceived, value.SilentFor.Ticks);
            Assert.Equal(value.PacketsReceived, value.JitterMs);
            Assert.Equal(value.PacketsReceived, value.RoundTripMs ?? 0);
            Assert.True(value.PacketsReceived >= last);
            last = value.PacketsReceived;
        }

        writer.Join();
        Assert.Equal(300_000, cell.Read().PacketsReceived);
    }
}
