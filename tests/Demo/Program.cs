using System.CommandLine;
using PhoneBridge.Demo;
using PhoneBridge.Demo.Voices;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using Spectre.Console;

Option<string> folder = new("--out") { Description = "Folder for the results", DefaultValueFactory = _ => "demo-out" };
Option<Uri?> bridge = new("--bridge") { Description = "HTTP address of a bridge that runs already (else one is started)" };
Option<string?> key = new("--key") { Description = "API key of that bridge" };
Option<string?> dial = new("--dial") { Description = "SIP address of that bridge, sip:…" };
RootCommand command = new("A meeting of five telephones (baresip) on the bridge: five calls, PINs, turns, a mute in mid-sentence.") { folder, bridge, key, dial };
command.SetAction(parsed => RunAsync(new DemoOptions(
    parsed.GetValue(folder)!, parsed.GetValue(bridge), parsed.GetValue(key), parsed.GetValue(dial))));
return await command.Parse(args).InvokeAsync();

static async Task<int> RunAsync(DemoOptions options)
{
    Directory.CreateDirectory(options.Folder);
    string work = Directory.CreateTempSubdirectory("demo-").FullName;
    IAnsiConsole console = AnsiConsole.Console;
    try
    {
        DemoResults results = await console.Status().StartAsync("starting", status => PlayAsync(options, work, step => status.Status(Markup.Escape(step))));
        string wav = Path.Combine(options.Folder, $"heard-by-{Cast.Lucie.Name}.wav");
        string png = Path.Combine(options.Folder, "timeline.png");
        WavFile.Write(wav, results.Recordings.Single(recording => recording.Caller == Cast.Lucie).Sound);
        TimelinePicture.Save(png, Cast.All, results, Cast.Lucie);
        Report.Show(console, results);
        console.WriteLine($"What {Cast.Lucie.Name} heard: {wav}");
        console.WriteLine($"Timeline:          {png}");
        bool isRight = Report.IsRight(results);
        console.MarkupLine(isRight
            ? "[green]Everybody heard the others and not the own voice; nobody heard who was muted.[/]"
            : "[red]Something was heard that should not be, or not heard that should.[/]");
        return isRight ? 0 : 1;
    }
    finally
    {
        Directory.Delete(work, recursive: true);
    }
}

static async Task<DemoResults> PlayAsync(DemoOptions options, string work, Action<string> report)
{
    IReadOnlyList<Player> players = await Rehearsal.PrepareAsync(work, report);
    try
    {
        if (options.Bridge is { } address)
        {
            using BridgeApi running = new(address, options.Key ?? throw new ArgumentException("--bridge needs --key and --dial."));
            return await MeetAsync(running, options.Dial ?? throw new ArgumentException("--bridge needs --key and --dial."), players, report);
        }

        report("the bridge starts");
        await using BridgeProcess started = await BridgeProcess.StartAsync();
        return await MeetAsync(started.Api, started.Address(), players, report);
    }
    finally
    {
        foreach (Player player in players)
        {
            await player.Phone.DisposeAsync();
        }
    }
}

static async Task<DemoResults> MeetAsync(BridgeApi api, string dial, IReadOnlyList<Player> players, Action<string> report)
{
    BridgeRoom room = await BridgeRoom.CreateAsync(api, "Démonstration");
    return await new Performance(room, dial, players, report).PlayAsync();
}
