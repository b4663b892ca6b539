using System.Globalization;
using PhoneBridge.Testing.Network;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Sipp;

/// <summary>Transport of a SIPp run.</summary>
public enum SippTransport
{
    /// <summary>UDP, one socket.</summary>
    Udp,

    /// <summary>TCP, one connection.</summary>
    Tcp,
}

/// <summary>What SIPp is to play.</summary>
public sealed record SippOptions
{
    /// <summary>Scenario file (XML).</summary>
    public required string Scenario { get; init; }

    /// <summary>Where calls go, host:port; for a scenario that waits for calls, any address.</summary>
    public required string Target { get; init; }

    /// <summary>Transport.</summary>
    public SippTransport Transport { get; init; } = SippTransport.Udp;

    /// <summary>Value of [service], the user part that is called.</summary>
    public string Service { get; init; } = "service";

    /// <summary>Own keywords: [name] in the scenario becomes the value.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; init; } = new Dictionary<string, string>();

    /// <summary>Calls in total.</summary>
    public int Calls { get; init; } = 1;

    /// <summary>New calls per second.</summary>
    public double CallsPerSecond { get; init; } = 10;

    /// <summary>Calls at the same time, at most.</summary>
    public int ConcurrentCalls { get; init; } = 100;

    /// <summary>The whole run fails when it takes longer.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Own port for SIP; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Further words for the command line.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];
}

/// <summary>What came of a SIPp run.</summary>
/// <param name="ExitCode">0: every call went as the scenario says. 1: at least one did not. 97, 99, 253 to 255: SIPp itself failed.</param>
/// <param name="SuccessfulCalls">Calls that went as the scenario says.</param>
/// <param name="FailedCalls">Calls that did not.</param>
/// <param name="Retransmissions">Messages SIPp had to send again.</param>
/// <param name="Errors">SIPp's error file: the message that came and the one that should have come.</param>
public sealed record SippResult(int ExitCode, int SuccessfulCalls, int FailedCalls, int Retransmissions, string Errors)
{
    /// <summary>Whether all calls went as the scenario says.</summary>
    public bool Succeeded => ExitCode == 0 && FailedCalls == 0 && SuccessfulCalls > 0;

    /// <summary>One text for a failed assertion.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"exit {ExitCode}, {SuccessfulCalls} good, {FailedCalls} failed, {Retransmissions} retransmitted\n{Errors}");
}

/// <summary>One run of SIPp (3.6.1), the scripted SIP peer that others wrote.</summary>
public sealed class SippRun : IAsyncDisposable
{
    private readonly OwnedProcess _process;
    private readonly SippOptions _options;
    private readonly string _folder;

    private SippRun(SippOptions options, string folder, int port, OwnedProcess process)
    {
        _options = options;
        _folder = folder;
        _process = process;
        Port = port;
    }

    /// <summary>SIPp's own SIP port.</summary>
    public int Port { get; }

    /// <summary>Plays a scenario to its end.</summary>
    public static async Task<SippResult> PlayAsync(SippOptions options)
    {
        await using SippRun run = Start(options);
        return await run.FinishAsync();
    }

    /// <summary>Starts a scenario, for instance one that waits for calls.</summary>
    public static SippRun Start(SippOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("sipp-").FullName;
        int ports = options.Port != 0 ? options.Port : FreePorts.TakeBlock(8);
        List<string> words =
        [
            options.Target,
            "-sf", Path.GetFullPath(options.Scenario),
            "-i", "127.0.0.1", "-p", Text(ports),
            "-mi", "127.0.0.1", "-mp", Text(ports + 2),
            "-t", options.Transport == SippTransport.Udp ? "u1" : "t1",
            "-s", options.Service,
            "-m", Text(options.Calls), "-r", options.CallsPerSecond.ToString(CultureInfo.InvariantCulture), "-l", Text(options.ConcurrentCalls),
            "-timeout", Text((int)options.Limit.TotalSeconds) + "s", "-timeout_error",
            "-nostdin",
            "-trace_err", "-error_file", Path.Combine(folder, "errors"),
            "-trace_stat", "-stf", Path.Combine(folder, "statistics"), "-fd", "1",
        ];
        foreach ((string name, string value) in options.Keys)
        {
            words.AddRange(["-key", name, value]);
        }

        words.AddRange(options.Extra);
        OwnedProcess process = OwnedProcess.Start("sipp", words, folder, new Dictionary<string, string> { ["TERM"] = "dumb" });
        return new SippRun(options, folder, ports, process);
    }

    /// <summary>Waits for the end and reads the statistics.</summary>
    public async Task<SippResult> FinishAsync()
    {
        int exit = await _process.WaitForExitAsync(_options.Limit + TimeSpan.FromSeconds(10));
        string errors = ReadIfThere("errors");
        Dictionary<string, int> totals = Totals(ReadIfThere("statistics"));
        return new SippResult(
            exit,
            totals.GetValueOrDefault("SuccessfulCall(C)"),
            totals.GetValueOrDefault("FailedCall(C)"),
            totals.GetValueOrDefault("Retransmissions(C)"),
            errors.Length > 0 || exit == 0 ? Shorten(errors) : _process.Tail(15));
    }

    /// <summary>Ends SIPp if it still runs and removes its files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Shorten(string text) => text.Length <= 6000 ? text : text[..6000] + "\n…";

    // The first line names the columns, the last one holds the totals.
    private static Dictionary<string, int> Totals(string statistics)
    {
        string[] lines = statistics.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 2)
        {
            return [];
        }

        string[] names = lines[0].Split(';');
        string[] values = lines[^1].Split(';');
        return names.Zip(values)
            .Where(pair => int.TryParse(pair.Second, CultureInfo.InvariantCulture, out _))
            .GroupBy(pair => pair.First)
            .ToDictionary(group => group.Key, group => int.Parse(group.First().Second, CultureInfo.InvariantCulture));
    }

    private string ReadIfThere(string name)
    {
        string file = Path.Combine(_folder, name);
        return File.Exists(file) ? File.ReadAllText(file) : string.Empty;
    }
}
