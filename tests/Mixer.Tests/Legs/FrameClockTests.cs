using CsCheck;
using PhoneBridge.Mixer.Legs;

namespace PhoneBridge.Mixer.Tests.Legs;

public sealed class FrameClockTests
{
    private static readonly TimeSpan T0 = TimeSpan.FromHours(1);

    [Fact]
    public void At_an_unchanged_phase_every_slot_takes_a_frame()
    {
        FrameClock clock = default;
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(clock.TryTake(T0 + TimeSpan.FromMilliseconds(20 * i), out int skipped));
            Assert.Equal(0, skipped);
        }
    }

    [Theory]
    [InlineData(20, true, 0)]
    [InlineData(8, false, 0)]           // too soon after the last: the next slot takes it
    [InlineData(9, true, 0)]
    [InlineData(29, true, 0)]
    [InlineData(40, true, 1)]
    [InlineData(120, true, 5)]
    public void A_slot_takes_a_frame_or_waits_or_leaves_some_out(int msSinceLast, bool takes, int expectedSkipped)
    {
        FrameClock clock = default;
        clock.TryTake(T0, out _);
        Assert.Equal(takes, clock.TryTake(T0 + TimeSpan.FromMilliseconds(msSinceLast), out int skipped));
        Assert.Equal(expectedSkipped, skipped);
    }

    [Fact]
    public void With_a_frame_taken_before_a_late_phase_none_is_ever_lost() => Gen.Int[1, 60].Array[1, 100].Sample(gaps =>
    {
        // Each gap is the time until the leg is moved, to a phase drawn from the gap itself.
        FrameClock clock = default;
        clock.TryTake(T0, out _);
        long lastMs = 0, nowMs = 0;
        foreach (int gap in gaps)
        {
            long movedAt = nowMs + (gap % 20) + 1;
            int phase = gap * 7 % 20;
            long first = movedAt + ((phase - movedAt % 20 + 20) % 20);
            if (clock.WouldMissBefore(At(first)))
            {
                Take(movedAt);
            }

            for (long slot = first; slot < first + 60; slot += 20)
            {
                Take(slot);
                nowMs = slot;
            }
        }

        void Take(long ms)
        {
            if (clock.TryTake(At(ms), out int skipped))
            {
                Assert.Equal(0, skipped);
                Assert.InRange(ms - lastMs, 9, 30);
                lastMs = ms;
            }
        }
    });

    private static TimeSpan At(long ms) => T0 + TimeSpan.FromMilliseconds(ms);
}
