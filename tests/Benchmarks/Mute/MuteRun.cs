using System.Globalization;
using PhoneBridge.Benchmarks.Load;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Mute;

/// <summary>What is muted.</summary>
/// <param name="Rooms">Rooms.</param>
/// <param name="Muted">Participants of each who are muted, each once, while talking alone; three more only listen.</param>
/// <param name="AtATime">Rooms in which it happens at a time.</param>
/// <param name="AllSize">Participants of the room that is muted as a whole; 0 leaves that out.</param>
/// <param name="AllTimes">How many times it is.</param>
/// <param name="BridgeArguments">Further words of the bridge's command line.</param>
internal sealed record MuteOptions(int Rooms, int Muted, int AtATime, int AllSize, int AllTimes, IReadOnlyList<string> BridgeArguments);

/// <summary>
/// From the sending of a mute to the last packet with the voice at each listener: rooms in which one after the other talks and is
/// muted by the API, and a large room that is muted as a whole.
/// </summary>
internal static class MuteRun
{
    // The last of each room are never muted.
    private const int OnlyListeners = 3;
    private const int Seed = 1;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Watched = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan FindLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HeardBefore = TimeSpan.FromMilliseconds(60);

    /// <summary>Runs both parts.</summary>
    public static async Task<Report> RunAsync(MuteOptions options, Progress progress)
    {
        Report report = new(Text($"mute: {options.Rooms * options.Muted} by request in {options.Rooms} rooms, then {options.AllTimes} times all of {options.AllSize}"));
        await MuteOneByOneAsync(options, report, progress);
        if (options.AllSize > 0)
        {
            await MuteAllRun.RunAsync(options, report, progress);
        }

        progress.Clear();
        report.Add("load average at the end", Machine.LoadAverage());
        return report;
    }

    /// <summary>A load for this measurement: nothing is measured by the load itself.</summary>
    internal static LoadOptions LoadOf(IReadOnlyList<int> sizes, int talkers, int moderators) => new()
    {
        RoomSizes = sizes,
        Talkers = talkers,
        Moderators = moderators,
        Length = TimeSpan.Zero,
        Settling = Settling,
        Rate = 40,
    };

    private static async Task MuteOneByOneAsync(MuteOptions options, Report report, Progress progress)
    {
        progress.Show("starting the bridge");
        LoadOptions load = LoadOf([.. Enumerable.Repeat(options.Muted + OnlyListeners, options.Rooms)], options.Muted, moderators: 0);
        await using BridgeProcess bridge = await LoadRun.StartBridgeAsync(load.Participants, options.BridgeArguments);
        await using LoadCrowd crowd = new(load, new LoadVoices(load.Codec, LoadSound.EndlessVoice), bridge, progress);
        await crowd.GrowAsync(load.RoomSizes);
        crowd.Phones.ForEach(phone => phone.SetTalking(false));
        await progress.WaitAsync("prompts end", load.Settling);

        MuteResults results = new();
        using SemaphoreSlim places = new(options.AtATime);
        await Task.WhenAll(crowd.Rooms.Select(async room =>
        {
            await places.WaitAsync();
            try
            {
                await MuteRoomAsync(room, results, progress, options.Rooms * options.Muted);
            }
            finally
            {
                places.Release();
            }
        }));
        await crowd.EmptyAsync();

        report.Add("request to mute until its answer", results.Answers.ToString());
        report.Add("request until the last packet with the voice, each listener", results.Each.ToString());
        report.Add("the same, the last of all listeners", results.Worst.ToString() + "; the aim is p99 at most 40 ms");
        report.Add("mutes not measured: voice not heard by all before", Text($"{results.NotHeard}"));
        report.Add("listeners who heard the voice after half a second", Text($"{results.StillHeard}"));
    }

    private static async Task MuteRoomAsync(LoadRoom room, MuteResults results, Progress progress, int total)
    {
        Random random = new(Seed + room.Number);
        for (int i = 0; i < room.Phones.Count - OnlyListeners; i++)
        {
            // Who has been muted is told so: that prompt is a voice too, so only the others tell whether the talker is heard.
            LoadPhone talker = room.Phones[i];
            LoadPhone[] listeners = [.. room.Phones.Skip(i + 1)];
            talker.SetTalking(true);
            await Task.Delay(random.Next(500, 600));
            string? participant = await FindTalkerAsync(room);
            await Task.Delay(random.Next(0, 200));
            TimeSpan asked = MonotonicTime.Now;
            if (participant is null || !listeners.All(phone => asked - phone.Reception.LastVoice < HeardBefore))
            {
                talker.SetTalking(false);
                results.AddUnheard();
                continue;
            }

            TimeSpan answered = await room.Api.MuteAsync(participant);
            await Task.Delay(Watched);
            TimeSpan[] ends = [.. listeners.Select(phone => phone.Reception.LastVoice - asked)];
            talker.SetTalking(false);
            lock (results)
            {
                results.Add(answered - asked, ends, Watched - HeardBefore);
                progress.Show("muting one by one", Text($"{results.Count} of {total}"));
            }
        }
    }

    // Who alone talks in the room, as the API sees it; null when it does not see it in time. Numbers are hidden from it, the order of coming is not certain.
    private static async Task<string?> FindTalkerAsync(LoadRoom room)
    {
        for (TimeSpan end = MonotonicTime.Now + FindLimit; MonotonicTime.Now < end; await Task.Delay(50))
        {
            RoomParticipant[] talking = [.. (await room.Api.ParticipantsAsync()).Where(participant => participant.IsTalking)];
            if (talking.Length == 1)
            {
                return talking[0].Id;
            }
        }

        return null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class MuteResults
    {
        public Distribution Answers { get; } = new();

        public Distribution Each { get; } = new();

        public Distribution Worst { get; } = new();

        public int Count { get; private set; }

        public int NotHeard { get; private set; }

        public int StillHeard { get; private set; }

        public void Add(TimeSpan answer, TimeSpan[] ends, TimeSpan late)
        {
            Count++;
            StillHeard += ends.Count(end => end > late);
            Answers.Add(answer);
            Array.ForEach(ends, end => Each.Add(end > TimeSpan.Zero ? end : TimeSpan.Zero));
            Worst.Add(ends.Max() > TimeSpan.Zero ? ends.Max() : TimeSpan.Zero);
        }

        public void AddUnheard()
        {
            lock (this)
            {
                NotHeard++;
            }
        }
    }
}
