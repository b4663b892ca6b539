using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Tones;
using PhoneBridge.Mixer.Tests.Rig;

namespace PhoneBridge.Mixer.Tests.Conferences;

/// <summary>Joins, leaves, mutes and hand-overs at random; after every step each frame of each listener holds exactly the tones that it may.</summary>
[Trait("Req", "MUTE")]
public sealed class RandomWalkTests
{
    private const int Legs = 10;
    private const int Conferences = 3;

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public void No_sample_reaches_anyone_it_is_not_meant_for(int seed)
    {
        Random random = new(seed);
        using LoopRig rig = new(loops: 3, orderSeed: seed);
        // Multiples of 50 Hz are orthogonal over one frame, so that one leaked frame stands out.
        Line[] lines = [.. Enumerable.Range(0, Legs).Select(i =>
            rig.Call(400 + (300 * i), format: i % 2 == 0 ? AudioFormat.Pcma : AudioFormat.Pcmu))];
        int[] conference = new int[Legs];
        MuteCauses[] mutes = new MuteCauses[Legs];
        bool[,] mayHear = new bool[Legs, Legs];
        int[] checkedUpTo = new int[Legs];
        rig.Run(300);

        int framesChecked = 0, framesWithVoice = 0;
        for (int step = 0; step < 150; step++)
        {
            bool[,] before = (bool[,])mayHear.Clone();
            foreach (Line line in lines)
            {
                checkedUpTo[Array.IndexOf(lines, line)] = line.Phone.Heard.Count;
            }

            for (int i = random.Next(1, 4); i > 0; i--)
            {
                Change(rig, random, lines, conference, mutes);
            }

            Fill(mayHear, conference, mutes);
            rig.Run(20 * random.Next(4, 8));
            for (int listener = 0; listener < Legs; listener++)
            {
                short[] heard = [.. lines[listener].Phone.Heard.Skip(checkedUpTo[listener])];
                for (int frame = 0; frame < heard.Length / 160; frame++)
                {
                    for (int talker = 0; talker < Legs; talker++)
                    {
                        double level = Goertzel.MeasureDbov(heard.AsSpan(frame * 160, 160), lines[talker].Phone.ToneHz);
                        bool isSettled = frame >= 2;        // a tick for the command, one for a hand-over
                        bool allowed = mayHear[listener, talker] || (!isSettled && before[listener, talker]);
                        Assert.True(allowed || level < -50,
                            $"seed {seed}, step {step}: {lines[listener].Id} heard {lines[talker].Id} at {level:0} dBov in frame {frame}");
                        Assert.True(level > -26 || !isSettled || !mayHear[listener, talker] || !before[listener, talker],
                            $"seed {seed}, step {step}: {lines[listener].Id} did not hear {lines[talker].Id}, {level:0} dBov in frame {frame}");
                        framesWithVoice += level > -26 ? 1 : 0;
                    }

                    framesChecked++;
                }
            }
        }

        Assert.True(framesChecked > 5000);
        Assert.True(framesWithVoice > 1000);
    }

    private static void Change(LoopRig rig, Random random, Line[] lines, int[] conference, MuteCauses[] mutes)
    {
        int leg = random.Next(Legs);
        switch (random.Next(5))
        {
            case 0:
                conference[leg] = 0;
                rig.Send(new LeaveConference(lines[leg].Id));
                break;
            case 1 or 2:
                conference[leg] = random.Next(1, Conferences + 1);
                mutes[leg] = (MuteCauses)random.Next(0, 2);
                rig.Send(new JoinConference(lines[leg].Id, new ConferenceId(conference[leg]), mutes[leg]));
                break;
            case 3:
                mutes[leg] = (MuteCauses)random.Next(0, 8);
                rig.Send(new SetMute(lines[leg].Id, mutes[leg], leg));
                break;
            default:
                int all = random.Next(1, Conferences + 1);
                MuteCauses causes = random.Next(2) == 0 ? MuteCauses.Lock : MuteCauses.None;
                List<LegMute> some = [];
                for (int i = 0; i < Legs; i++)
                {
                    if (conference[i] == all)
                    {
                        mutes[i] = causes;
                        some.Add(new LegMute(lines[i].Id, causes));
                    }
                }

                rig.Send(new SetMutes(new ConferenceId(all), some, all));
                break;
        }
    }

    private static void Fill(bool[,] mayHear, int[] conference, MuteCauses[] mutes)
    {
        for (int listener = 0; listener < Legs; listener++)
        {
            for (int talker = 0; talker < Legs; talker++)
            {
                mayHear[listener, talker] = listener != talker && conference[listener] != 0
                    && conference[listener] == conference[talker] && mutes[talker] == MuteCauses.None;
            }
        }
    }
}
