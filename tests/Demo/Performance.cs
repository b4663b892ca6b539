using System.Text.Json;
using PhoneBridge.Demo.Hearing;
using PhoneBridge.Demo.Voices;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Demo;

/// <summary>Plays the meeting: calls, PINs, turns, the mute in mid-sentence, the end.</summary>
/// <param name="room">The room.</param>
/// <param name="dial">SIP address of the bridge.</param>
/// <param name="players">The callers.</param>
/// <param name="report">Takes one line for every step.</param>
public sealed class Performance(BridgeRoom room, string dial, IReadOnlyList<Player> players, Action<string> report)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(700);

    private readonly List<Utterance> _utterances = [];
    private readonly List<Mute> _mutes = [];

    /// <summary>Plays it all and measures what was heard.</summary>
    public async Task<DemoResults> PlayAsync()
    {
        await using EventStream events = await room.FollowAsync();
        await EnterAsync();
        IReadOnlyList<RoomParticipant> people = await room.WaitForAdmittedAsync(players.Count, TimeSpan.FromSeconds(60));
        Dictionary<string, Caller> names = people.ToDictionary(
            person => person.Id,
            person => players.Single(player => person.Number.EndsWith(player.Number[^2..], StringComparison.Ordinal)).Caller);
        report("all are in the room; the bridge tells each of them so");
        await Task.WhenAll(players.Select(player => player.Phone.WaitForQuietAsync(TimeSpan.FromSeconds(40))));

        await SayAsync(Cast.Claire, 0);
        await SayAsync(Cast.Marc, 0);
        await SayAsync(Cast.Emma, 0);
        await MuteInMidSentenceAsync(people.Single(person => names[person.Id] == Cast.Oliver).Id);
        await SayAsync(Cast.Oliver, 1);
        await SayAsync(Cast.Claire, 1);

        List<Talking> talking = ReadTalking(events, names);
        List<Recording> recordings = [];
        foreach (Player player in players)
        {
            report($"{player.Caller.Name} hangs up");
            await player.Phone.HangUpAsync();
            recordings.Add(new Recording(player.Caller, player.Phone.ReadRecording(), player.Phone.RecordingStart!.Value));
        }

        report("measuring who heard whom");
        return new DemoResults(_utterances, recordings, _mutes, talking, Measure(recordings));
    }

    private async Task EnterAsync()
    {
        foreach (Player player in players)
        {
            report($"{player.Caller.Name} calls");
            string? failure = await player.Phone.DialAsync(dial);
            if (failure is not null)
            {
                throw new InvalidOperationException($"The call of {player.Caller.Name} failed: {failure}");
            }
        }

        // The greeting begins a second after the answer at the latest; keys count from then on and cut it short.
        await Task.Delay(TimeSpan.FromSeconds(3));
        report("all key in the PIN");
        await Task.WhenAll(players.Select(player => player.Phone.PressAsync(
            (player.Caller.IsModerator ? room.ModeratorPin : room.ParticipantPin) + "#")));
    }

    private async Task<Utterance> BeginAsync(Caller caller, int line)
    {
        Player player = players.Single(p => p.Caller == caller);
        (Pcm sound, string file) = player.Lines[line];
        report($"{caller.Name}: « {caller.Lines[line]} »");
        await player.Phone.PlayAsync(file);
        Utterance utterance = new(caller, sound, MonotonicTime.Now);
        _utterances.Add(utterance);
        return utterance;
    }

    private async Task SayAsync(Caller caller, int line)
    {
        Utterance utterance = await BeginAsync(caller, line);
        await Task.Delay(utterance.Sound.Duration + Pause);
    }

    private async Task MuteInMidSentenceAsync(string participant)
    {
        Utterance utterance = await BeginAsync(Cast.Oliver, 0);
        await Task.Delay(utterance.Sound.Duration * 0.45);
        report("the moderator mutes Oliver through the API");
        TimeSpan muted = await room.MuteAsync(participant);
        await Task.Delay(utterance.End - MonotonicTime.Now + Pause);

        report("the moderator asks Oliver to speak again; he opens his microphone with *6");
        await room.AskToUnmuteAsync(participant);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await players.Single(p => p.Caller == Cast.Oliver).Phone.PressAsync("*6");
        TimeSpan end = MonotonicTime.Now + TimeSpan.FromSeconds(10);
        while ((await room.ParticipantsAsync()).Single(p => p.Id == participant).Mutes.Count > 0)
        {
            if (MonotonicTime.Now > end)
            {
                throw new TimeoutException("Oliver's microphone did not open.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        _mutes.Add(new Mute(Cast.Oliver, muted, MonotonicTime.Now));
        await players.Single(p => p.Caller == Cast.Oliver).Phone.WaitForQuietAsync(TimeSpan.FromSeconds(20)); // he is told that it is open
    }

    private static List<Talking> ReadTalking(EventStream events, Dictionary<string, Caller> names)
    {
        List<Talking> talking = [];
        Dictionary<Caller, TimeSpan> open = [];
        void Close(Caller caller, TimeSpan at)
        {
            if (open.Remove(caller, out TimeSpan from))
            {
                talking.Add(new Talking(caller, from, at));
            }
        }

        foreach (StreamedEvent occurred in events.Events)
        {
            if (occurred.Type == "talking" && names.TryGetValue(occurred.Data.GetProperty("participant").GetString()!, out Caller? caller))
            {
                Close(caller, occurred.At);
                if (occurred.Data.GetProperty("isOn").GetBoolean())
                {
                    open[caller] = occurred.At;
                }
            }
            else if (occurred.Type == "mutes")
            {
                // Who is muted is not heard talking any more.
                foreach (JsonElement change in occurred.Data.GetProperty("changes").EnumerateArray().Where(c => c.GetProperty("mutes").GetArrayLength() > 0))
                {
                    Close(names[change.GetProperty("participant").GetString()!], occurred.At);
                }
            }
        }

        talking.AddRange(open.Select(rest => new Talking(rest.Key, rest.Value, MonotonicTime.Now)));
        return talking;
    }

    private List<Heard> Measure(List<Recording> recordings) =>
    [
        .. from utterance in _utterances.AsParallel().AsOrdered()
           from recording in recordings
           select new Heard(utterance, recording.Caller, SpeechMatch.Find(
               utterance.Sound, recording.Sound, utterance.At - recording.From, TimeSpan.FromMilliseconds(600))),
    ];
}
