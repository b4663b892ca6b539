using System.CommandLine;
using PhoneBridge.Benchmarks.Calibration;
using PhoneBridge.Benchmarks.Load;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Benchmarks.Micro;
using PhoneBridge.Benchmarks.SetUp;

RootCommand root = new("Measures PhoneBridge: see tests/Benchmarks/README.md.")
{
    Load(),
    SetUp(),
    Micro(),
    Calibrate(),
};
return await root.Parse(args).InvokeAsync();

static Command Load()
{
    Option<int> participants = Number("--participants", 1430, "calls in all");
    Option<int> rooms = Number("--rooms", 181, "rooms they are spread over");
    Option<int> talkers = Number("--talkers", 2, "talkers in each room");
    Option<int> seconds = Number("--seconds", 60, "length of the measurement [s]");
    Option<int> settle = Number("--settle", 20, "time for prompts to end before it [s]");
    Option<int> rate = Number("--rate", 50, "calls set up in a second");
    Option<int> threads = Number("--phone-threads", 1, "threads that keep the phones' clocks");
    Option<bool> keys = new("--keys") { Description = "key the PINs in instead of dialling sip:PIN@…" };
    Option<string[]> bridge = new("--bridge")
    {
        Description = "a word for the bridge's command line, for instance --bridge=--Media:Loops=1; may be repeated",
        DefaultValueFactory = _ => [],
    };
    Option<FileInfo?> report = ReportFile();
    Command command = new("load", "A crowd of real calls against a bridge process of its own: processor time, loss, gaps, added latency.")
    {
        participants, rooms, talkers, seconds, settle, rate, threads, keys, bridge, report,
    };
    command.SetAction(async parsed =>
    {
        LoadOptions options = new()
        {
            Participants = parsed.GetValue(participants),
            Rooms = parsed.GetValue(rooms),
            Talkers = parsed.GetValue(talkers),
            Length = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            Settling = TimeSpan.FromSeconds(parsed.GetValue(settle)),
            Rate = parsed.GetValue(rate),
            KeysPin = parsed.GetValue(keys),
            PhoneThreads = parsed.GetValue(threads),
            BridgeArguments = parsed.GetValue(bridge)!,
        };
        Report result = await LoadRun.RunAsync(options, new Progress());
        await result.WriteAsync(parsed.GetValue(report));
    });
    return command;
}

static Command SetUp()
{
    Option<int> calls = Number("--calls", 500, "calls in each of the two parts");
    Option<int> rate = Number("--rate", 20, "calls in a second in the second part");
    Option<FileInfo?> report = ReportFile();
    Command command = new("setup", "How long a call takes to be answered, and from the # of the PIN to hearing the room.") { calls, rate, report };
    command.SetAction(async parsed =>
    {
        Report result = await SetUpRun.RunAsync(parsed.GetValue(calls), parsed.GetValue(rate), new Progress());
        await result.WriteAsync(parsed.GetValue(report));
    });
    return command;
}

static Command Micro()
{
    Option<string> filter = new("--filter") { Description = "which benchmarks, as BenchmarkDotNet's filter", DefaultValueFactory = _ => "*" };
    Command command = new("micro", "Single steps by BenchmarkDotNet: parser, codec, jitter buffer, mix, tick.") { filter };
    command.SetAction(parsed => MicroRun.Run(parsed.GetValue(filter)!));
    return command;
}

static Command Calibrate()
{
    Option<int> participants = Number("--participants", 1430, "sockets");
    Option<int> seconds = Number("--seconds", 10, "length [s]");
    Option<FileInfo?> report = ReportFile();
    Command command = new("calibrate", "The kernel's part alone: as many packets sent and received, and nothing else.") { participants, seconds, report };
    command.SetAction(async parsed =>
    {
        KernelFloorResult floor = await KernelFloor.MeasureAsync(parsed.GetValue(participants), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
        Report result = new($"kernel floor of {parsed.GetValue(participants)} participants");
        KernelFloor.Describe(floor, result);
        await result.WriteAsync(parsed.GetValue(report));
    });
    return command;
}

static Option<int> Number(string name, int value, string description)
{
    Option<int> option = new(name) { Description = $"{description} (default {value})", DefaultValueFactory = _ => value };
    option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
        {
            result.AddError($"{name} takes a whole number from 1 on.");
        }
    });
    return option;
}

static Option<FileInfo?> ReportFile() => new("--report") { Description = "also write the result to this file (Markdown)" };
