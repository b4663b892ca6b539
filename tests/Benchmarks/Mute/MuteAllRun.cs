using System.Globalization;
using PhoneBridge.Benchmarks.Load;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Mute;

/// <summary>
/// A large room in which four talk at once, each with a tone of its own, is muted as a whole by one request; moderators, whom that does not
/// concern, tell tick by tick when each tone was heard last.
/// </summary>
internal static class MuteAllRun
{
    private const int Talkers = 4, Moderators = 6;
    private const double LowestToneHz = 500, ToneStepHz = 200;

    // Packets of one tick leave within some milliseconds, those of the next one 20 ms later.
    private static readonly TimeSpan SameTick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Talk = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan Watched = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan PromptsEnd = TimeSpan.FromSeconds(6);
    private static readonly KeyPress FastKey = new() { ToneMs = 80, PauseMs = 80 };

    /// <summary>Runs it and adds its rows.</summary>
    public static async Task RunAsync(MuteOptions options, Report report, Progress progress)
    {
        progress.Show("starting the bridge", "for a large room");
        LoadOptions load = MuteRun.LoadOf([options.AllSize], Talkers, Moderators);
        await using BridgeProcess bridge = await LoadRun.StartBridgeAsync(load.Participants, options.BridgeArguments);
        await using LoadCrowd crowd = new(
            load, new LoadVoices(load.Codec, (number, rate) => LoadSound.Tone(ToneOf(number), rate)), bridge, progress);
        await crowd.GrowAsync(load.RoomSizes);
        LoadRoom room = crowd.Rooms[0];
        LoadPhone[] talkers = [.. room.Phones.Where(phone => phone.Talker >= 0)];
        double[] tones = [.. talkers.Select(talker => ToneOf(LoadCrowd.VoiceOf(room, talker.Talker)))];
        ToneWatch[] watches = [.. Enumerable.Range(0, Moderators).Select(_ => new ToneWatch(tones))];
        for (int i = 0; i < Moderators; i++)
        {
            room.Phones[^(i + 1)].Reception.Watch = watches[i];
        }

        Array.ForEach(talkers, talker => talker.SetTalking(false));
        await progress.WaitAsync("prompts end", load.Settling + PromptsEnd);

        Distribution ends = new(), spreads = new();
        List<int> ticks = [];
        int unheard = 0;
        for (int time = 0; time < options.AllTimes; time++)
        {
            progress.Show("muting all", Text($"{time + 1} of {options.AllTimes}"));
            Array.ForEach(watches, watch => watch.Read());
            Array.ForEach(talkers, talker => talker.SetTalking(true));
            await Task.Delay(Talk);
            TimeSpan asked = MonotonicTime.Now;
            (await bridge.Api.PostAsync($"rooms/{room.Api.Id}/mute-all")).Required();
            await Task.Delay(Watched);
            Array.ForEach(talkers, talker => talker.SetTalking(false));

            TonesEnd[] heard = [.. watches.Select(watch => watch.Read())];
            TimeSpan[] arrivals = [.. heard.SelectMany(end => end.Arrivals).Where(at => at != TimeSpan.Zero)];
            unheard += (Moderators * Talkers) - arrivals.Length;
            if (arrivals.Length > 0)
            {
                ticks.Add(Math.Max(CountTicks(arrivals), heard.Max(end => end.DistinctTicks)));
                spreads.Add(arrivals.Max() - arrivals.Min());
                ends.Add(arrivals.Max() - asked);
            }

            if (time + 1 < options.AllTimes)
            {
                // The callers open their microphones again by key, and the prompts that tell them so end.
                await Task.WhenAll(room.Phones.Take(options.AllSize - Moderators).Select(phone => phone.PressAsync("0", FastKey)));
                await progress.WaitAsync("microphones open again", PromptsEnd);
            }
        }

        await crowd.EmptyAsync();
        report.Add(Text($"mute all of {options.AllSize}: ticks in which the {Talkers} voices ended"), string.Join(", ", ticks) + "; the aim is 1");
        report.Add("mute all: request until the last packet with any voice", ends.ToString());
        report.Add("mute all: between the last packets of all voices at all ears", spreads.ToString());
        report.Add("mute all: voices an ear had not heard before", Text($"{unheard} of {options.AllTimes * Moderators * Talkers}"));
    }

    private static double ToneOf(int number) => LowestToneHz + (ToneStepHz * (number % 12));

    private static int CountTicks(TimeSpan[] arrivals)
    {
        TimeSpan[] ordered = [.. arrivals.Order()];
        return 1 + Enumerable.Range(1, ordered.Length - 1).Count(i => ordered[i] - ordered[i - 1] > SameTick);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
