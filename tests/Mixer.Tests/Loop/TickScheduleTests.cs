using CsCheck;
using PhoneBridge.Mixer.Loop;

namespace PhoneBridge.Mixer.Tests.Loop;

public sealed class TickScheduleTests
{
    private static readonly TimeSpan Origin = TimeSpan.FromHours(30);
    private static readonly TickSchedule Schedule = new(Origin);

    [Fact]
    public void Deadlines_are_the_origin_plus_whole_milliseconds() =>
        Assert.Equal(Origin + TimeSpan.FromMilliseconds(1_234_567), Schedule.DeadlineOf(1_234_567));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(40, 0)]             // two ticks late: caught up
    [InlineData(40.001, 1)]         // more: moved on by whole periods until it is not
    [InlineData(60, 1)]
    [InlineData(60.001, 2)]
    [InlineData(1000, 48)]
    [InlineData(-5, 0)]
    public void What_is_more_than_two_ticks_late_is_skipped(double lateMs, long periods) =>
        Assert.Equal(periods, Schedule.PeriodsToSkip(500, Schedule.DeadlineOf(500) + TimeSpan.FromMilliseconds(lateMs)));

    [Fact]
    public void After_a_skip_at_most_two_ticks_are_left_to_catch_up() => Gen.Double[0, 100_000].Sample(lateMs =>
    {
        TimeSpan now = Schedule.DeadlineOf(7) + TimeSpan.FromMilliseconds(lateMs);
        long moved = 7 + (Schedule.PeriodsToSkip(7, now) * TickSchedule.SlotsPerPeriod);
        TimeSpan left = now - Schedule.DeadlineOf(moved);
        Assert.True(left <= TimeSpan.FromMilliseconds(40));
        Assert.True(moved == 7 || left > TimeSpan.FromMilliseconds(20), "no more is skipped than has to be");
    });

    [Fact]
    public void The_next_slot_is_never_one_that_is_due_already() => Gen.Double[0, 1000].Sample(ms =>
    {
        TimeSpan now = Origin + TimeSpan.FromMilliseconds(ms);
        long slot = Schedule.NextSlotAt(now);
        Assert.True(Schedule.DeadlineOf(slot) > now);
        Assert.True(Schedule.DeadlineOf(slot - 1) <= now);
    });
}
