using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.RoomDirectory;
using PhoneBridge.Rooms.Guessing;

namespace PhoneBridge.Bridge.Tests.RoomDirectory;

public sealed class BrakeBudgetsTests
{
    [Fact]
    public void The_shipped_settings_are_those_of_the_brake_itself()
    {
        GuessBrakeOptions configured = BrakeBudgets.Of(new RoomsOptions(), new DialogueOptions().Tries);
        GuessBrakeOptions own = new();
        Assert.Equal(own.Delays, configured.Delays);
        Assert.Equal(own with { Delays = configured.Delays }, configured);
    }

    [Fact]
    public void As_many_tries_as_configured_are_had_and_each_has_its_pause()
    {
        GuessBrake brake = new(BrakeBudgets.Of(new RoomsOptions(), tries: 5));
        GuessSource caller = new(null, "carrier");
        for (int attempt = 1; attempt < 5; attempt++)
        {
            GuessStep step = brake.Count(caller, attempt, GuessOutcome.Wrong, TimeSpan.FromMinutes(attempt));
            Assert.Equal(5 - attempt, step.TriesLeft);
            Assert.True(step.Delay > TimeSpan.Zero);
        }
    }
}
