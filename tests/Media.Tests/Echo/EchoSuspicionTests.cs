using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Echo;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Tests.Levels;

namespace PhoneBridge.Media.Tests.Echo;

public sealed class EchoSuspicionTests
{
    private const int Frame = 160;
    private const int Seconds = 40;

    // French and English sentences, the same for every case: making them is what costs time.
    private static readonly short[][] Voices = [.. Enumerable.Range(0, 8).Select(i => Prompts.Speech(Seconds, -22, skip: i * 25))];
    private static readonly short[] Noise = Prompts.Noise(Seconds * 8000, -65, 1);

    public static TheoryData<int, int> Echoes()
    {
        TheoryData<int, int> cases = [];
        foreach (int db in (int[])[-10, -20, -30])
        {
            foreach (int ms in (int[])[60, 130, 215, 300])
            {
                cases.Add(db, ms);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Echoes))]
    public void An_echo_of_real_speech_is_suspected_within_ten_seconds(int echoDb, int delayMs)
    {
        List<double> likeness = [];
        for (int i = 0; i < Voices.Length; i++)
        {
            EchoSuspicion echo = new();
            int first = Run(echo, Voices[i], Echo(Voices[i], echoDb, delayMs, i), out List<double> seen);
            likeness.AddRange(seen);
            Assert.InRange(first, 1, 10 * 50);
            Assert.True(echo.IsSuspected);
            Assert.InRange(echo.DelayMs, delayMs - 20, delayMs + 20);
            Assert.InRange(echo.LossDb, (-echoDb) - 8, (-echoDb) + 4);
        }

        Write($"{echoDb} dB, {delayMs} ms", likeness);
    }

    [Theory]
    [InlineData(-10)]
    [InlineData(-20)]
    public void An_echo_is_suspected_although_the_other_side_talks_now_and_then(int echoDb)
    {
        List<double> likeness = [];
        int found = 0;
        for (int i = 0; i < Voices.Length; i++)
        {
            EchoSuspicion echo = new();
            short[] near = Turns(Voices[(i + 3) % Voices.Length], talk: 2, pause: 6, offset: 5 + i);
            Run(echo, Voices[i], Prompts.Add(near, Echo(Voices[i], echoDb, 150, i)), out List<double> seen);
            likeness.AddRange(seen);
            found += echo.IsSuspected || seen.Contains(2) ? 1 : 0;
        }

        Write($"{echoDb} dB and another voice: {found} of {Voices.Length}", likeness);
        Assert.True(found >= Voices.Length - 1, $"{found} of {Voices.Length}");
    }

    [Fact]
    public void A_conversation_by_turns_is_never_suspected()
    {
        List<double> likeness = [];
        for (int i = 0; i < Voices.Length; i++)
        {
            for (int turn = 2; turn <= 6; turn += 2)
            {
                short[] far = Turns(Voices[i], turn, turn, 0);
                short[] near = Turns(Voices[(i + 1) % Voices.Length], turn, turn, turn);
                Assert.Equal(0, Run(new EchoSuspicion(), far, Prompts.Add(near, Noise), out List<double> seen));
                likeness.AddRange(seen);
            }
        }

        Write("by turns", likeness);
    }

    [Fact]
    public void Two_who_talk_at_the_same_time_are_never_suspected()
    {
        List<double> likeness = [];
        for (int i = 0; i < Voices.Length; i++)
        {
            for (int other = 1; other < Voices.Length; other++)
            {
                Assert.Equal(0, Run(new EchoSuspicion(), Voices[i], Prompts.Add(Voices[(i + other) % Voices.Length], Noise), out List<double> seen));
                likeness.AddRange(seen);
            }
        }

        Write("both at once", likeness);
    }

    [Fact]
    public void A_listener_who_is_silent_or_only_noise_is_never_suspected()
    {
        Assert.Equal(0, Run(new EchoSuspicion(), Voices[0], Noise, out _));
        Assert.Equal(0, Run(new EchoSuspicion(), Voices[0], new short[Voices[0].Length], out _));
        Assert.Equal(0, Run(new EchoSuspicion(), new short[Voices[0].Length], Voices[0], out _));
    }

    [Fact]
    public void The_suspicion_ends_when_the_echo_does()
    {
        EchoSuspicion echo = new();
        Run(echo, Voices[0], Echo(Voices[0], -15, 100, 1), out _);
        Assert.True(echo.IsSuspected);
        Run(echo, Voices[1], Noise, out _);
        Assert.False(echo.IsSuspected);
        Run(echo, Voices[0], Echo(Voices[0], -15, 100, 1), out _);
        echo.Reset();
        Assert.False(echo.IsSuspected);
        Assert.Equal(0, echo.Likeness);
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        EchoSuspicion echo = new();
        echo.OnFrame(-20, -40);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            echo.OnFrame(-20 - (i % 7), -40 - (i % 5));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Feeds both directions frame by frame; first frame of suspicion, 0 for none.</summary>
    private static int Run(EchoSuspicion echo, short[] sent, short[] received, out List<double> likeness)
    {
        int first = 0;
        likeness = [];
        for (int at = 0; at + Frame <= sent.Length; at += Frame)
        {
            int level = AudioLevel.MeasureDbov(sent.AsSpan(at, Frame));
            if (echo.OnFrame(level, AudioLevel.MeasureDbov(received.AsSpan(at, Frame))) && first == 0)
            {
                first = (at / Frame) + 1;
                likeness.Add(2);
            }

            if (at / Frame % 50 == 49 && at > 5 * 8000)
            {
                likeness.Add(echo.Likeness);
            }
        }

        return first;
    }

    /// <summary>Weaker, later, dull and smeared as by a small room, over the noise of the line, through A-law both ways.</summary>
    private static short[] Echo(short[] sent, int db, int delayMs, int seed)
    {
        byte[] coded = new byte[sent.Length];
        short[] there = new short[sent.Length];
        ALaw.Encode(sent, coded);
        ALaw.Decode(coded, there);
        Random random = new(seed);
        (int Delay, double Gain)[] paths = [.. Enumerable.Range(0, 6).Select(i => ((delayMs * 8) + (i * random.Next(20, 40)), Math.Pow(0.6, i) * (i % 2 == 0 ? 1 : -1)))];
        double factor = Math.Pow(10, db / 20.0) / Math.Sqrt(paths.Sum(path => path.Gain * path.Gain));
        short[] back = new short[sent.Length];
        for (int i = 0; i < back.Length; i++)
        {
            double sum = 0;
            foreach ((int delay, double gain) in paths)
            {
                sum += i >= delay ? gain * there[i - delay] : 0;
            }

            back[i] = (short)Math.Clamp((factor * sum) + Noise[i], short.MinValue, short.MaxValue);
        }

        ALaw.Encode(back, coded);
        ALaw.Decode(coded, back);
        return back;
    }

    /// <summary>Only every so many seconds of a voice.</summary>
    private static short[] Turns(short[] voice, int talk, int pause, int offset)
    {
        short[] turns = [.. voice];
        for (int i = 0; i < turns.Length; i++)
        {
            int second = i / 8000;
            turns[i] = (second + pause + talk - (offset % (talk + pause))) % (talk + pause) < talk ? turns[i] : (short)0;
        }

        return turns;
    }

    private static void Write(string what, List<double> likeness)
    {
        double[] seen = [.. likeness.Where(l => l <= 1).Order()];
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{what}: likeness p1 {seen[seen.Length / 100]:F2}, median {seen[seen.Length / 2]:F2}, p99 {seen[seen.Length * 99 / 100]:F2}, most {seen[^1]:F2}");
    }
}
