using System.CommandLine;
using PhoneBridge.Benchmarks.CommandLine;
using PhoneBridge.Benchmarks.Measuring;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>The command <c>load</c>.</summary>
internal static class LoadCommand
{
    private const int LongestJitterMs = 500;

    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        Option<int> participants = Options.Number("--participants", 1430, "calls in all");
        Option<int> rooms = Options.Number("--rooms", 181, "rooms they are spread over");
        Option<int[]?> sizes = new("--room-sizes")
        {
            Description = "instead of --rooms: sizes of rooms taken in turn, for instance 8,30,100",
            CustomParser = result => [.. result.Tokens[0].Value.Split(',').Select(word => int.TryParse(word, out int size) && size > 0 ? size : 1)],
        };
        Option<int> talkers = Options.Number("--talkers", 2, "talkers in each room", least: 0);
        Option<string> codec = Options.Codec();
        Option<int> seconds = Options.Number("--seconds", 60, "length of the measurement [s]");
        Option<int> settle = Options.Number("--settle", 20, "time for prompts to end before it [s]", least: 0);
        Option<int> rest = Options.Number("--rest", 0, "time without a call after the start [s]: after 40 the bridge gives back what starting left behind", least: 0);
        Option<int> rate = Options.Number("--rate", 50, "calls set up in a second");
        Option<int> threads = Options.Number("--phone-threads", 1, "threads that keep the phones' clocks");
        Option<int> jitter = Options.Number("--jitter", 0, "each packet to the bridge is delayed by 0 to so many ms, in order", least: 0);
        Option<double> loss = new("--loss") { Description = "share of packets lost on the way to the bridge [%] (default 0)" };
        Option<int> seed = Options.Number("--seed", 1, "seed of jitter and loss", least: 0);
        Option<bool> keys = new("--keys") { Description = "key the PINs in instead of dialling sip:PIN@…" };
        Option<string[]> bridge = Options.Bridge();
        Option<FileInfo?> report = Options.ReportFile();
        Command command = new("load", "A crowd of real calls against a bridge process of its own: processor time, loss, gaps, added latency.")
        {
            participants, rooms, sizes, talkers, codec, seconds, settle, rest, rate, threads, jitter, loss, seed, keys, bridge, report,
        };
        jitter.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() > LongestJitterMs)
            {
                result.AddError($"--jitter takes at most {LongestJitterMs} ms.");
            }
        });
        command.SetAction(async parsed =>
        {
            int all = parsed.GetValue(participants);
            LoadOptions options = new()
            {
                RoomSizes = parsed.GetValue(sizes) is { Length: > 0 } inTurn
                    ? LoadOptions.InTurn(all, inTurn)
                    : LoadOptions.Spread(all, Math.Min(all, parsed.GetValue(rooms))),
                Talkers = parsed.GetValue(talkers),
                Codec = LoadCodec.Of(parsed.GetValue(codec)!),
                Length = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Settling = TimeSpan.FromSeconds(parsed.GetValue(settle)),
                Rest = TimeSpan.FromSeconds(parsed.GetValue(rest)),
                Rate = parsed.GetValue(rate),
                KeysPin = parsed.GetValue(keys),
                PhoneThreads = parsed.GetValue(threads),
                JitterMs = parsed.GetValue(jitter),
                Loss = parsed.GetValue(loss) / 100,
                Seed = parsed.GetValue(seed),
                BridgeArguments = parsed.GetValue(bridge)!,
            };
            Report result = await LoadRun.RunAsync(options, new Progress());
            await result.WriteAsync(parsed.GetValue(report));
        });
        return command;
    }
}
