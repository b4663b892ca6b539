using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Sip.Registration;

namespace PhoneBridge.Bridge.Tests.Trunks;

/// <summary>What the signs of a trunk say together, and what is counted of it.</summary>
[Trait("Req", "TRA6")]
public sealed class TrunkStateTests
{
    [Theory]
    [InlineData(null, null, 0, 0, false, TrunkState.Unknown)]
    [InlineData(null, null, 0, 0, true, TrunkState.Up)]
    [InlineData("Unknown", null, 0, 0, false, TrunkState.Unknown)]
    [InlineData("Up", null, 0, 0, false, TrunkState.Up)]
    [InlineData("Down", null, 0, 0, false, TrunkState.Down)]
    [InlineData("Down", "Registered", 0, 0, false, TrunkState.Down)]
    [InlineData(null, "Registering", 0, 0, false, TrunkState.Unknown)]
    [InlineData(null, "Registered", 0, 0, false, TrunkState.Up)]
    [InlineData(null, "Failing", 0, 0, false, TrunkState.Down)]
    [InlineData(null, "Failing", 0, 0, true, TrunkState.Degraded)]
    [InlineData("Up", "Failing", 0, 0, false, TrunkState.Degraded)]
    [InlineData("Up", "Refused", 0, 0, true, TrunkState.Down)]
    [InlineData("Up", null, 4, 4, true, TrunkState.Up)]
    [InlineData("Up", null, 6, 3, true, TrunkState.Degraded)]
    [InlineData(null, null, 20, 9, true, TrunkState.Up)]
    public void Signs_are_judged_together(string? peer, string? registration, int calls, int failed, bool hasSent, TrunkState expected)
    {
        TrunkSigns signs = new(
            peer is null ? null : Enum.Parse<PeerVerdict>(peer), "why", registration is null ? null : Enum.Parse<SipRegistrationState>(registration), "words",
            calls, failed, hasSent);
        (TrunkState state, string reason) = signs.Judge();
        Assert.Equal(expected, state);
        Assert.Equal(expected == TrunkState.Up && (peer, registration) != (null, null), reason.Length == 0);
    }

    [Fact]
    public void Calls_set_up_times_and_messages_are_counted()
    {
        FakeTimeProvider time = new();
        TrunkFigure figure = new(time);
        for (int i = 1; i <= 300; i++)
        {
            figure.OnArrived();
            figure.OnAnswered(TimeSpan.FromMilliseconds(i));
        }

        figure.OnEnded(CallEnd.NoMedia);
        figure.OnEnded(CallEnd.CallerHungUp);
        figure.OnAnswerSent(200);
        figure.OnAnswerSent(180);
        figure.OnAnswerReceived(503);
        Assert.Equal((298, 300, 300), (figure.CallsNow, figure.Arrived, figure.Answered));
        Assert.Equal((172.5, 288.0), figure.ReadSetUp());                       // of the last 256
        Assert.Equal(new Dictionary<CallEnd, long> { [CallEnd.CallerHungUp] = 1, [CallEnd.NoMedia] = 1 }, figure.ReadEnds().OrderBy(e => e.Key).ToDictionary());
        Assert.Equal(new Dictionary<string, long> { ["1xx"] = 1, ["2xx"] = 1 }, figure.ReadAnswers(sent: true));
        Assert.Equal(new Dictionary<string, long> { ["5xx"] = 1 }, figure.ReadAnswers(sent: false));
        Assert.Equal((2, 1), figure.ReadRecent());
        time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal((0, 0), figure.ReadRecent());
    }

    [Fact]
    public void The_last_request_is_remembered()
    {
        FakeTimeProvider time = new();
        TrunkFigure figure = new(time);
        Assert.False(figure.HasSentWithin(TimeSpan.FromHours(1)));
        time.Advance(TimeSpan.FromSeconds(1));
        figure.OnRequestReceived();
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(figure.HasSentWithin(TimeSpan.FromSeconds(30)));
        Assert.False(figure.HasSentWithin(TimeSpan.FromSeconds(29)));
    }
}
