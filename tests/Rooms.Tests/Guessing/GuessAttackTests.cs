using PhoneBridge.Rooms.Guessing;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Rooms.Tests.Guessing;

/// <summary>Attacks in virtual time: a million guesses against a thousand rooms (T17, T19).</summary>
[Trait("Req", "PIN")]
public sealed class GuessAttackTests
{
    private const int Guesses = 1_000_000;
    private const int MaxCallers = 20_000;
    private readonly PinDigester _digester = new(new byte[PinDigester.KeyLength]);

    [Theory]
    [InlineData(1, 600)]
    [InlineData(1_000, 3_000)]
    [InlineData(100_000, 6_000)]
    [Trait("Req", "T17")]
    public void A_million_guesses_stay_within_the_budgets(int callers, int guessesPerMinute)
    {
        GuessBrake brake = new(new GuessBrakeOptions { MaxCallers = MaxCallers });
        Random random = new(callers);
        HashSet<int> live = [.. Enumerable.Range(0, 1000).Select(_ => random.Next(Pin.First, Pin.End))];
        HashSet<PinDigest> digests = [.. live.Select(n => _digester.Digest(new Pin(n)))];
        TimeSpan step = TimeSpan.FromMinutes(1) / guessesPerMinute;
        Queue<TimeSpan> lastMinute = [];
        Dictionary<CallerTag, Queue<TimeSpan>> lastHours = [];
        int busiestCallerHour = 0;
        int lookedUp = 0, accepted = 0, wrongAccepted = 0, busiestMinute = 0;
        for (int i = 0; i < Guesses; i++)
        {
            TimeSpan now = i * step;
            GuessSource source = new(new CallerTag(1, (ulong)random.Next(callers)), "carrier");
            int guess = random.Next(Pin.First, Pin.End);
            GuessOutcome outcome = GuessOutcome.NotLookedUp;
            if (brake.MayLookUp(source, now))
            {
                lookedUp++;
                bool opens = digests.Contains(_digester.Digest(new Pin(guess)));
                outcome = opens ? GuessOutcome.Right : GuessOutcome.Wrong;
                accepted += opens ? 1 : 0;
                wrongAccepted += opens && !live.Contains(guess) ? 1 : 0;
                lastMinute.Enqueue(now);
                busiestCallerHour = Math.Max(busiestCallerHour, HourOf(lastHours, source.Caller!.Value, now));
            }

            while (lastMinute.TryPeek(out TimeSpan oldest) && now - oldest >= TimeSpan.FromMinutes(1))
            {
                lastMinute.Dequeue();
            }

            busiestMinute = Math.Max(busiestMinute, lastMinute.Count);
            brake.Count(source, 1 + (i % 3), outcome, now);
            Assert.True(brake.CallerCount <= MaxCallers, "memory is not bounded");
        }

        Assert.Equal(0, wrongAccepted);
        Assert.True(brake.IsAlarmed((Guesses - 1) * step));
        Assert.InRange(busiestMinute, 0, 61);
        TimeSpan attack = Guesses * step;
        double mostByTrunk = 60 * (attack.TotalMinutes + 1);
        double mostByCaller = callers == 1 ? 9 * Math.Ceiling(attack / TimeSpan.FromHours(24)) : double.MaxValue;
        Assert.InRange(lookedUp, 1, Math.Min(mostByTrunk, mostByCaller) + accepted);
        Assert.InRange(busiestCallerHour, 1, 9);
    }

    private static int HourOf(Dictionary<CallerTag, Queue<TimeSpan>> lastHours, CallerTag caller, TimeSpan now)
    {
        if (!lastHours.TryGetValue(caller, out Queue<TimeSpan>? hour))
        {
            lastHours.Add(caller, hour = []);
        }

        hour.Enqueue(now);
        while (now - hour.Peek() >= TimeSpan.FromHours(1))
        {
            hour.Dequeue();
        }

        return hour.Count;
    }

    [Fact]
    [Trait("Req", "T19")]
    public void Known_callers_come_in_while_a_hundred_thousand_attack()
    {
        GuessBrake brake = new(new GuessBrakeOptions());
        Random random = new(19);
        for (int i = 0; i < 2_000; i++)
        {
            brake.Count(new GuessSource(new CallerTag(2, (ulong)i), "carrier"), 1, GuessOutcome.Right, TimeSpan.FromSeconds(i));
        }

        int refused = 0;
        for (int i = 0; i < 200_000; i++)
        {
            TimeSpan now = TimeSpan.FromHours(1) + (i * TimeSpan.FromMilliseconds(10));
            GuessSource attacker = new(new CallerTag(1, (ulong)random.Next(100_000)), "carrier");
            brake.Count(attacker, 1, brake.MayLookUp(attacker, now) ? GuessOutcome.Wrong : GuessOutcome.NotLookedUp, now);
            GuessSource friend = new(new CallerTag(2, (ulong)random.Next(2_000)), "carrier");
            refused += brake.MayLookUp(friend, now) ? 0 : 1;
        }

        Assert.Equal(0, refused);
    }

    [Fact]
    public void A_quarantined_number_is_forgotten_last()
    {
        GuessBrake brake = new(new GuessBrakeOptions { MaxCallers = 100, TrunkPerMinute = int.MaxValue });
        GuessSource villain = new(new CallerTag(9, 9), "carrier");
        for (int i = 0; i < 9; i++)
        {
            brake.Count(villain, 1, GuessOutcome.Wrong, TimeSpan.Zero);
        }

        for (int i = 0; i < 10_000; i++)
        {
            brake.Count(new GuessSource(new CallerTag(1, (ulong)i), "carrier"), 1, GuessOutcome.Wrong, TimeSpan.FromSeconds(i * 8));
        }

        Assert.InRange(brake.CallerCount, 1, 100);
        Assert.False(brake.MayLookUp(villain, TimeSpan.FromHours(23)));
    }
}
