using System.Globalization;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>How the calls of a load came in.</summary>
/// <param name="SetUp">INVITE to 200.</param>
/// <param name="Repeated">Calls whose INVITE had to be repeated.</param>
/// <param name="FillTime">From the first INVITE until everybody was in a room.</param>
internal sealed record FillResult(Distribution SetUp, int Repeated, TimeSpan FillTime);

/// <summary>The callers of a load: makes rooms, has everybody call in, and hang up.</summary>
internal sealed class LoadCrowd(LoadOptions options, LoadVoices voices, BridgeProcess bridge, Progress progress) : IAsyncDisposable
{
    private static readonly TimeSpan FillLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan EmptyLimit = TimeSpan.FromSeconds(20);
    private static readonly KeyPress FastKeys = new() { ToneMs = 60, PauseMs = 60 };

    // Rooms of more than these seats have to ask for them.
    private const int UsualSeats = 350;

    // With a codec that has to be decoded to be heard, one listener in each of so many rooms measures the latency.
    private const int Ears = 24;

    private readonly LoadExchange _exchange = new(bridge.Sip);
    private readonly List<LoadCall> _calls = [];

    /// <summary>The media clocks.</summary>
    public LoadLoop[] Loops { get; } = [.. Enumerable.Range(0, options.PhoneThreads).Select(i => new LoadLoop(i))];

    /// <summary>All rooms.</summary>
    public List<LoadRoom> Rooms { get; } = [];

    /// <summary>All phones.</summary>
    public List<LoadPhone> Phones { get; } = [];

    /// <summary>Calls that the bridge ended by itself.</summary>
    public long EndedByBridge => _exchange.EndedByBridge;

    /// <summary>Makes further rooms and lets their callers in, one after the other at the load's rate.</summary>
    /// <param name="roomSizes">Callers of each new room.</param>
    /// <exception cref="InvalidOperationException">A call was refused, or not everybody came in.</exception>
    public async Task<FillResult> GrowAsync(IReadOnlyList<int> roomSizes)
    {
        LoadPhone[] phones = await MakeRoomsAsync(roomSizes);
        TimeSpan start = MonotonicTime.Now;
        List<Task<LoadCall>> dialling = [];
        for (int i = 0; i < phones.Length; i++)
        {
            TimeSpan wait = start + TimeSpan.FromSeconds(i / options.Rate) - MonotonicTime.Now;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            progress.Show("calling", $"{i + 1} of {phones.Length}");
            dialling.Add(CallAsync(phones[i], Phones.Count));
            Phones.Add(phones[i]);
            if (dialling.Find(task => task.IsFaulted) is { } failed)
            {
                await failed;
            }
        }

        LoadCall[] calls = await Task.WhenAll(dialling);
        _calls.AddRange(calls);
        await WaitForAsync("phonebridge_participants_admitted", Phones.Count, FillLimit, "coming in");
        Distribution setUp = new();
        Array.ForEach(calls, call => setUp.Add(call.SetUp));
        return new FillResult(setUp, calls.Count(call => call.HadRepeats), MonotonicTime.Now - start);
    }

    /// <summary>Number of the voice of a room's talker.</summary>
    public static int VoiceOf(LoadRoom room, int talker) => room.Number + (talker * 5);

    /// <summary>Everybody hangs up.</summary>
    /// <returns>Legs that the bridge still has afterwards.</returns>
    public async Task<double> EmptyAsync()
    {
        for (int i = 0; i < _calls.Count; i += 20)
        {
            progress.Show("hanging up", $"{i} of {_calls.Count}");
            await Task.WhenAll(_calls.Skip(i).Take(20).Select(call => call.HangUpAsync()));
        }

        _calls.Clear();

        try
        {
            await WaitForAsync("phonebridge_media_legs", 0, EmptyLimit, "legs end");
            return 0;
        }
        catch (InvalidOperationException)
        {
            return (await bridge.ReadMetricsAsync()).Sum("phonebridge_media_legs");
        }
    }

    /// <summary>Ends the phones.</summary>
    public async ValueTask DisposeAsync()
    {
        Phones.ForEach(phone => phone.Dispose());
        Array.ForEach(Loops, loop => loop.Dispose());
        await _exchange.DisposeAsync();
    }

    // Phones in the order in which they call: one of each room after the other.
    private async Task<LoadPhone[]> MakeRoomsAsync(IReadOnlyList<int> sizes)
    {
        List<LoadRoom> rooms = [];
        foreach (int size in sizes)
        {
            progress.Show("making rooms", $"{rooms.Count + 1} of {sizes.Count}");
            BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Load");
            if (size > UsualSeats)
            {
                (await bridge.Api.PatchAsync($"rooms/{room.Id}", new { maxParticipants = size })).Required();
            }

            await room.StartAsync();
            rooms.Add(new LoadRoom(Rooms.Count + rooms.Count, options.Talkers, room));
        }

        List<LoadPhone> phones = [];
        for (int place = 0; place < sizes.DefaultIfEmpty().Max(); place++)
        {
            for (int i = 0; i < rooms.Count; i++)
            {
                if (place < sizes[i])
                {
                    phones.Add(MakePhone(rooms[i], place, isModerator: place >= sizes[i] - options.Moderators));
                }
            }
        }

        Rooms.AddRange(rooms);
        return [.. phones];
    }

    private LoadPhone MakePhone(LoadRoom room, int place, bool isModerator)
    {
        int talker = place < options.Talkers && !isModerator ? place : -1;
        PacketDelay way = new(options.JitterMs, options.Loss, (options.Seed * 1_000_003) + (room.Number * 1009) + place);
        LoadPhone phone = new(room, talker, voices, talker >= 0 ? voices.Talker(VoiceOf(room, talker)) : null, way)
        {
            Pin = isModerator ? room.Api.ModeratorPin : room.Api.ParticipantPin,
        };
        room.Phones.Add(phone);
        if (place == options.Talkers && room.Number < Ears)
        {
            phone.Reception.Listen();
        }

        return phone;
    }

    private async Task<LoadCall> CallAsync(LoadPhone phone, int number)
    {
        LoadCall call = new(_exchange, (33_100_000_000 + number).ToString("'+'0", CultureInfo.InvariantCulture), options.Codec);
        phone.Connect(await call.DialAsync(options.KeysPin ? "conference" : phone.Pin, phone.Local));
        // A room stays on one loop. Callers begin at any time: two talkers of a room lie as far apart in the period as chance has it.
        Loops[phone.Room.Number % Loops.Length].Add(phone, new Random((options.Seed * 7919) + number).Next());
        if (options.KeysPin)
        {
            await phone.PressAsync($"{phone.Pin}#", FastKeys);
        }

        return call;
    }

    private async Task WaitForAsync(string gauge, double wanted, TimeSpan limit, string topic)
    {
        TimeSpan end = MonotonicTime.Now + limit;
        while ((await bridge.ReadMetricsAsync()).SumOrZero(gauge) is double value && value != wanted)
        {
            progress.Show(topic, $"{value} of {wanted}");
            if (MonotonicTime.Now > end)
            {
                throw new InvalidOperationException($"{gauge} is {value}, not {wanted}. The bridge's last words:\n{bridge.Process.Tail(10)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }
}
