using System.CommandLine;
using PhoneBridge.Benchmarks.Calibration;
using PhoneBridge.Benchmarks.Capacity;
using PhoneBridge.Benchmarks.CommandLine;
using PhoneBridge.Benchmarks.Engine;
using PhoneBridge.Benchmarks.Flood;
using PhoneBridge.Benchmarks.Idle;
using PhoneBridge.Benchmarks.Leak;
using PhoneBridge.Benchmarks.Load;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Benchmarks.Micro;
using PhoneBridge.Benchmarks.Mute;
using PhoneBridge.Benchmarks.Pauses;
using PhoneBridge.Benchmarks.SetUp;
using PhoneBridge.Benchmarks.SlowPeers;
using PhoneBridge.Benchmarks.Spray;

RootCommand root = new("Measures PhoneBridge: see tests/Benchmarks/README.md.")
{
    LoadCommand.Create(),
    CapacityCommand.Create(),
    EngineCommand.Create(),
    EngineCommand.CreateChild(),
    IdleCommand.Create(),
    SlowPeersCommand.Create(),
    SlowPeersCommand.CreateChild(),
    MuteCommand.Create(),
    LeakCommand.Create(),
    FloodCommand.Create(),
    FloodCommand.CreateOverload(),
    PauseCommand.Create(),
    PauseCommand.CreateChild(),
    SetUpCommand.Create(),
    SprayCommand.Create(),
    Micro(),
    Calibrate(),
};
return await root.Parse(args).InvokeAsync();

static Command Micro()
{
    Option<string> filter = new("--filter") { Description = "which benchmarks, as BenchmarkDotNet's filter", DefaultValueFactory = _ => "*" };
    Command command = new("micro", "Single steps by BenchmarkDotNet: parser, codec, jitter buffer, mix, tick.") { filter };
    command.SetAction(parsed => MicroRun.Run(parsed.GetValue(filter)!));
    return command;
}

static Command Calibrate()
{
    Option<int> participants = Options.Number("--participants", 1430, "sockets");
    Option<int> seconds = Options.Number("--seconds", 10, "length [s]");
    Option<FileInfo?> report = Options.ReportFile();
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
