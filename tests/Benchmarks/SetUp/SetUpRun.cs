using System.Globalization;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.SetUp;

/// <summary>
/// How long callers wait for the bridge: INVITE to 200 for calls one after the other; then many callers at once who key in their
/// PIN, each measured from the first packet of the # to the first packet in which the room is heard.
/// </summary>
internal static class SetUpRun
{
    private const int Rooms = 10;
    private const string Collections = "dotnet_gc_collections_total";

    // A steady tone that a voice hardly has, and how loud it is at least when a prompt lies over it (the room is 18 dB lower then).
    private const double ToneHz = 3000, ToneDbov = -10, HeardDbov = -38;

    // A second after the # the greeting's own speech may sound like the tone: who has not heard the room by then counts as deaf.
    private static readonly TimeSpan HearLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TalkerLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BeforeKeys = TimeSpan.FromMilliseconds(500);
    private static readonly KeyPress Keys = new() { ToneMs = 80, PauseMs = 80 };

    /// <summary>Runs both parts.</summary>
    /// <param name="calls">Calls in each part.</param>
    /// <param name="rate">Calls in a second in the second part.</param>
    /// <param name="arguments">Further words of the bridge's command line.</param>
    /// <param name="progress">Shows how far.</param>
    public static async Task<Report> RunAsync(int calls, int rate, IReadOnlyList<string> arguments, Progress progress)
    {
        progress.Show("starting the bridge");
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            MediaPorts = 8000,
            Arguments = ["--Sip:UnknownTrunk:PinInRequestUri=true", "--Media:PortRest=00:00:05", .. arguments],
        });
        await using PhoneExchange exchange = new();
        Report report = new(Text($"setup: {calls} calls one after the other, then {calls} at {rate} a second with keyed PINs"));

        Distribution alone = new();
        TimeSpan first = default;
        for (int i = 0; i < calls; i++)
        {
            progress.Show("one after the other", Text($"{i + 1} of {calls}"));
            await using TestPhone phone = Create(exchange, bridge, i, records: false);
            TimeSpan setUpTime = (await DialAsync(phone, bridge.Address())).SetUp;
            alone.Add(setUpTime);
            first = i == 0 ? setUpTime : first;
        }

        BridgeMetricsPage afterFirst = await bridge.ReadMetricsAsync();
        report.Add("load average after the first part", Machine.LoadAverage());
        report.Add("INVITE to 200, one after the other", alone.ToString());
        report.Add("of these, the first after the bridge's start", Text($"{first.TotalMilliseconds:0.0} ms"));

        report.Add("the bridge's garbage collections since its start", Text(
            $"gen0 {afterFirst.SumOrZero(Collections, "gen0"):0}, gen1 {afterFirst.SumOrZero(Collections, "gen1"):0}, gen2 {afterFirst.SumOrZero(Collections, "gen2"):0}; paused {1000 * afterFirst.SumOrZero("dotnet_gc_pause_time_seconds_total"):0.0} ms in all"));

        await using TestRooms rooms = await TestRooms.OpenAsync(bridge, exchange);
        Distribution setUp = new(), joined = new();
        int deaf = 0;
        Task<Joining?>[] joining = new Task<Joining?>[calls];
        TimeSpan start = MonotonicTime.Now;
        for (int i = 0; i < calls; i++)
        {
            TimeSpan wait = start + TimeSpan.FromSeconds((double)i / rate) - MonotonicTime.Now;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            progress.Show("with keys", Text($"{i + 1} of {calls}"));
            joining[i] = JoinAsync(Create(exchange, bridge, i, records: true), bridge, rooms.PinOf(i), setUp);
        }

        foreach (Joining? one in await Task.WhenAll(joining))
        {
            if (one is { } joinedIn)
            {
                joined.Add(joinedIn.Wait);
            }
            else
            {
                deaf++;
            }
        }

        BridgeMetricsPage metrics = await bridge.ReadMetricsAsync();
        progress.Clear();
        const string histogram = "phonebridge_calls_join_duration_seconds";
        report.Add("load average after the second part", Machine.LoadAverage());
        report.Add(Text($"INVITE to 200, {rate} a second"), setUp.ToString());
        report.Add("first packet of # to the room heard", joined.ToString());
        report.Add("callers who did not hear the room", Text($"{deaf}"));
        report.Add("the bridge's own: # to being in the mix, mean", Text(
            $"{1000 * metrics.SumOrZero($"{histogram}_sum") / Math.Max(1, metrics.SumOrZero($"{histogram}_count")):0.0} ms"));
        return report;
    }

    private static TestPhone Create(PhoneExchange exchange, BridgeProcess bridge, int number, bool records) => exchange.CreatePhone(new TestPhoneOptions
    {
        User = (33_200_000_000 + number).ToString("'+'0", CultureInfo.InvariantCulture),
        Server = bridge.Sip,
        Records = records,
    });

    private static async Task<CallAnswer> DialAsync(TestPhone phone, string address)
    {
        CallAnswer answer = await phone.DialAsync(address);
        return answer.IsAnswered ? answer : throw new InvalidOperationException($"The call was refused: {answer.Reason}");
    }

    // Null when the room was not heard in time.
    private static async Task<Joining?> JoinAsync(TestPhone phone, BridgeProcess bridge, string pin, Distribution setUp)
    {
        await using (phone)
        {
            CallAnswer answer = await DialAsync(phone, bridge.Address("conference"));
            lock (setUp)
            {
                setUp.Add(answer.SetUp);
            }

            await Task.Delay(BeforeKeys);
            await phone.Media.PressAsync(pin, Keys);
            TimeSpan asked = MonotonicTime.Now;
            await phone.Media.PressAsync("#", Keys);
            TimeSpan pressed = FirstKeyPacket(phone.Media.Sent, asked);
            TimeSpan end = MonotonicTime.Now + HearLimit;
            while (MonotonicTime.Now < end)
            {
                HeardPacket? heard = phone.Media.Heard.Between(pressed, pressed + HearLimit)
                    .FirstOrDefault(packet => Goertzel.LevelDbov(packet.Decode(), ToneHz) > HeardDbov);
                if (heard is not null)
                {
                    return new Joining(heard.At - pressed);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }

            return null;
        }
    }

    // Key packets take the place of voice packets: the # began one frame after the last voice packet before the hole.
    private static TimeSpan FirstKeyPacket(IReadOnlyList<SentFrame> sent, TimeSpan asked)
    {
        TimeSpan frame = TimeSpan.FromMilliseconds(20);
        for (int i = 1; i < sent.Count; i++)
        {
            if (sent[i].At > asked && sent[i].At - sent[i - 1].At > 2 * frame)
            {
                return sent[i - 1].At + frame;
            }
        }

        return asked;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Joining(TimeSpan Wait);

    /// <summary>Rooms in which one caller each sends the tone.</summary>
    private sealed class TestRooms : IAsyncDisposable
    {
        private readonly List<(BridgeRoom Room, TestPhone Talker)> _rooms = [];

        public static async Task<TestRooms> OpenAsync(BridgeProcess bridge, PhoneExchange exchange)
        {
            TestRooms rooms = new();
            VoiceClip tone = new(Signals.Tone(ToneHz, TimeSpan.FromSeconds(1), ToneDbov));
            for (int i = 0; i < Rooms; i++)
            {
                BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Set-up");
                await room.StartAsync();
                TestPhone talker = Create(exchange, bridge, 900_000 + i, records: false);
                await DialAsync(talker, bridge.Address(room.ParticipantPin));
                talker.Media.Play(tone);
                rooms._rooms.Add((room, talker));
                await room.WaitForAdmittedAsync(1, TalkerLimit);
            }

            return rooms;
        }

        public string PinOf(int caller) => _rooms[caller % _rooms.Count].Room.ParticipantPin;

        public async ValueTask DisposeAsync()
        {
            foreach ((_, TestPhone talker) in _rooms)
            {
                await talker.DisposeAsync();
            }
        }
    }
}
