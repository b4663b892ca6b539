using System.Globalization;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Flood;

/// <summary>Short calls of a known trunk, at a steady rate.</summary>
internal sealed class TrunkCalls
{
    private static readonly TimeSpan Talk = TimeSpan.FromMilliseconds(500);

    /// <summary>INVITE to 200 of the calls that were answered.</summary>
    public Distribution SetUp { get; } = new();

    /// <summary>Calls that were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>Calls that got 503.</summary>
    public int TurnedAway { get; private set; }

    /// <summary>Calls that got something else, or nothing.</summary>
    public int Failed { get; private set; }

    /// <summary>Starts a bridge that knows this trunk, protected as it is out of the box.</summary>
    public static Task<BridgeProcess> StartBridgeAsync(IEnumerable<string> more) => BridgeProcess.StartAsync(new BridgeOptions
    {
        MediaPorts = 8000,
        Arguments =
        [
            "--Sip:Trunks:0:Name=known", "--Sip:Trunks:0:Sources:0=127.0.0.1", "--Media:PortRest=00:00:05",
            "--Sip:Bans:Attempts=20", "--Sip:Overload:QueueDelay=00:00:00.200", "--Sip:Overload:CallsPerSecond=200", .. more,
        ],
    });

    /// <summary>Calls, and waits for the last to end.</summary>
    public async Task RunAsync(PhoneExchange exchange, BridgeProcess bridge, int perSecond, TimeSpan length)
    {
        List<Task> calls = [];
        TimeSpan start = MonotonicTime.Now;
        for (int i = 0; i < perSecond * length.TotalSeconds; i++)
        {
            TimeSpan wait = start + TimeSpan.FromSeconds((double)i / perSecond) - MonotonicTime.Now;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            calls.Add(CallAsync(exchange, bridge, i));
        }

        await Task.WhenAll(calls);
    }

    private async Task CallAsync(PhoneExchange exchange, BridgeProcess bridge, int number)
    {
        await using TestPhone phone = exchange.CreatePhone(new TestPhoneOptions
        {
            User = (33_200_000_000 + number).ToString("'+'0", CultureInfo.InvariantCulture),
            Server = bridge.Sip,
            Records = false,
        });
        CallAnswer answer = await phone.DialAsync(bridge.Address());
        lock (SetUp)
        {
            if (answer.IsAnswered)
            {
                Answered++;
                SetUp.Add(answer.SetUp);
            }
            else if (answer.Status == 503)
            {
                TurnedAway++;
            }
            else
            {
                Failed++;
            }
        }

        if (answer.IsAnswered)
        {
            await Task.Delay(Talk);
        }
    }
}
