using System.Globalization;
using System.Net;
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
internal sealed class LoadCrowd(LoadOptions options, BridgeProcess bridge, Progress progress) : IAsyncDisposable
{
    private static readonly TimeSpan FillLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan EmptyLimit = TimeSpan.FromSeconds(20);
    private static readonly KeyPress FastKeys = new() { ToneMs = 60, PauseMs = 60 };

    private readonly LoadExchange _exchange = new(bridge.Sip);
    private readonly LoadCall?[] _calls = new LoadCall?[options.Participants];
    private readonly LoadVoice[] _voices = [.. Enumerable.Range(0, 12).Select(LoadVoice.CreateTalker)];

    /// <summary>The media clocks.</summary>
    public LoadLoop[] Loops { get; } = [.. Enumerable.Range(0, options.PhoneThreads).Select(i => new LoadLoop(i))];

    /// <summary>All rooms.</summary>
    public List<LoadRoom> Rooms { get; } = [];

    /// <summary>All phones.</summary>
    public List<LoadPhone> Phones { get; } = [];

    /// <summary>Calls that the bridge ended by itself.</summary>
    public long EndedByBridge => _exchange.EndedByBridge;

    /// <summary>Makes the rooms and lets everybody in, call after call at the given rate.</summary>
    /// <exception cref="InvalidOperationException">A call was refused, or not everybody came in.</exception>
    public async Task<FillResult> FillAsync()
    {
        await MakeRoomsAsync();
        TimeSpan start = MonotonicTime.Now;
        List<Task> dialling = [];
        for (int i = 0; i < options.Participants; i++)
        {
            TimeSpan wait = start + TimeSpan.FromSeconds(i / options.Rate) - MonotonicTime.Now;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            progress.Show("calling", $"{i + 1} of {options.Participants}");
            dialling.Add(CallAsync(i));
            if (dialling.Find(task => task.IsFaulted) is { } failed)
            {
                await failed;
            }
        }

        await Task.WhenAll(dialling);
        await WaitForAsync("phonebridge_participants_admitted", options.Participants, FillLimit, "coming in");
        Distribution setUp = new();
        Array.ForEach(_calls, call => setUp.Add(call!.SetUp));
        return new FillResult(setUp, _calls.Count(call => call!.HadRepeats), MonotonicTime.Now - start);
    }

    /// <summary>Everybody hangs up.</summary>
    /// <returns>Legs that the bridge still has afterwards.</returns>
    public async Task<double> EmptyAsync()
    {
        for (int i = 0; i < _calls.Length; i += 20)
        {
            progress.Show("hanging up", $"{i} of {_calls.Length}");
            await Task.WhenAll(_calls.Skip(i).Take(20).OfType<LoadCall>().Select(call => call.HangUpAsync()));
        }

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

    private async Task MakeRoomsAsync()
    {
        for (int i = 0; i < options.Rooms; i++)
        {
            progress.Show("making rooms", $"{i + 1} of {options.Rooms}");
            BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Load");
            await room.StartAsync();
            Rooms.Add(new LoadRoom(i, room.ParticipantPin, options.Talkers));
        }

        for (int i = 0; i < options.Participants; i++)
        {
            LoadRoom room = Rooms[i % options.Rooms];
            int talker = room.Phones.Count < options.Talkers ? room.Phones.Count : -1;
            LoadPhone phone = new(IPAddress.Loopback, room, talker, talker >= 0 ? _voices[(room.Number + (talker * 5)) % _voices.Length] : null);
            room.Phones.Add(phone);
            Phones.Add(phone);
        }
    }

    private async Task CallAsync(int number)
    {
        LoadPhone phone = Phones[number];
        LoadCall call = new(_exchange, (33_100_000_000 + number).ToString("'+'0", CultureInfo.InvariantCulture));
        phone.Connect(await call.DialAsync(options.KeysPin ? "conference" : phone.Room.Pin, phone.Local));
        _calls[number] = call;
        phone.SetTalking(true);
        // A room stays on one loop; steps of 7 ms visit every place of the period before one is used twice.
        Loops[phone.Room.Number % Loops.Length].Add(phone, number * 7);
        if (options.KeysPin)
        {
            await phone.PressAsync($"{phone.Room.Pin}#", FastKeys);
        }
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
