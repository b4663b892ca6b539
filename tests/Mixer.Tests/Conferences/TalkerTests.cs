using PhoneBridge.Mixer.Tests.Rig;

namespace PhoneBridge.Mixer.Tests.Conferences;

/// <summary>The loudest few are summed.</summary>
public sealed class TalkerTests : IDisposable
{
    private readonly LoopRig _rig = new(talkers: 3);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void The_loudest_of_many_are_heard_and_the_others_are_not()
    {
        Line[] soft = [.. Enumerable.Range(0, 4).Select(i => Call(500 + (400 * i), gainDb: -15))];
        Line[] loud = [.. Enumerable.Range(0, 3).Select(i => Call(700 + (400 * i), gainDb: 0))];
        Line listener = Call(3000, gainDb: 0);
        listener.Phone.Talks = false;
        _rig.Run(1500);
        Assert.All(loud, line => Assert.True(listener.Phone.Hears(line.Phone), $"{line.Phone.ToneHz} Hz is not heard"));
        Assert.All(soft, line => Assert.True(listener.Phone.HearsNothingOf(line.Phone), $"{line.Phone.ToneHz} Hz is heard"));
        Assert.All(loud, line => Assert.True(line.Phone.HearsNothingOf(line.Phone)));
    }

    [Fact]
    public void Who_begins_while_a_seat_is_free_is_heard_from_the_first_frame()
    {
        Line talker = Call(450), listener = Call(850);
        listener.Phone.Talks = talker.Phone.Talks = false;
        _rig.Run(1000);
        int before = listener.Phone.Heard.Count;
        talker.Phone.Talks = true;
        _rig.Run(100);

        // 1 frame of waiting for packet and tick at most; the tone then stands at its full level from its first whole frame on.
        int first = Enumerable.Range(before, listener.Phone.Heard.Count - before).First(i => Math.Abs((int)listener.Phone.Heard[i]) > 500);
        Assert.True(listener.Phone.LevelOf(450, first, frames: 2) > -21);
    }

    [Fact]
    public void A_seat_changes_hands_to_somebody_clearly_louder_without_a_click()
    {
        Line[] seated = [Call(500), Call(900), Call(1300)];
        Line loud = Call(1700), listener = Call(3000);
        listener.Phone.Talks = loud.Phone.Talks = false;
        foreach (Line line in seated)
        {
            line.Phone.LevelDb = -12;
        }

        _rig.Run(1000);
        int from = listener.Phone.Heard.Count;
        loud.Phone.Talks = true;
        _rig.Run(500);
        Assert.True(listener.Phone.Hears(loud.Phone));
        Assert.Equal(2, seated.Count(line => listener.Phone.LevelOf(line.Phone.ToneHz) > -36));

        // No step larger than the tones themselves make: the one who lost the seat faded.
        double steepest = 0;
        for (int i = from + 1; i < listener.Phone.Heard.Count; i++)
        {
            steepest = Math.Max(steepest, Math.Abs(listener.Phone.Heard[i] - listener.Phone.Heard[i - 1]));
        }

        Assert.True(steepest < 4634 * 2 * Math.PI * 1700 / 8000 * 1.5, $"a step of {steepest}");
    }

    [Fact]
    public void Somebody_equally_loud_takes_nobodys_seat()
    {
        Line[] seated = [Call(500), Call(900), Call(1300)];
        Line late = Call(1700), listener = Call(3000);
        listener.Phone.Talks = late.Phone.Talks = false;
        _rig.Run(1000);
        late.Phone.Talks = true;
        _rig.Run(1000);
        Assert.All(seated, line => Assert.True(listener.Phone.Hears(line.Phone)));
        Assert.True(listener.Phone.HearsNothingOf(late.Phone));
        Assert.True(late.Phone.Hears(seated[0].Phone));

        seated[0].Phone.Talks = false;
        _rig.Run(1000);
        Assert.True(listener.Phone.Hears(late.Phone));
    }

    private Line Call(double toneHz, double gainDb = 0)
    {
        Line line = _rig.Call(toneHz, 1);
        line.Phone.LevelDb = gainDb;
        return line;
    }
}
