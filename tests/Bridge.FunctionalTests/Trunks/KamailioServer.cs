using System.Globalization;
using System.Net;
using PhoneBridge.Testing.Network;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Trunks;

/// <summary>One Kamailio, the SIP server that others wrote, on a port of loopback.</summary>
internal sealed class KamailioServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/kamailio";

    private readonly string _folder;
    private readonly OwnedProcess _process;

    private KamailioServer(string folder, IPEndPoint address, OwnedProcess process)
    {
        _folder = folder;
        Address = address;
        _process = process;
    }

    /// <summary>Whether it is installed.</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Where it takes SIP over UDP.</summary>
    public IPEndPoint Address { get; }

    /// <summary>What it wrote.</summary>
    public IReadOnlyList<string> Output => _process.Output;

    /// <summary>Starts it.</summary>
    /// <param name="settings">File beside this test, in which <c>@NAME@</c> stands for a value; <c>@PORT@</c> is known.</param>
    /// <param name="values">Values by name.</param>
    /// <param name="files">Further files, by the name of the value that holds their path.</param>
    /// <param name="at">Its address; null takes a free port.</param>
    public static async Task<KamailioServer> StartAsync(
        string settings, IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string>? files = null, IPEndPoint? at = null)
    {
        string folder = Directory.CreateTempSubdirectory("kamailio-").FullName;
        IPEndPoint address = at ?? new IPEndPoint(IPAddress.Loopback, FreePorts.TakeBlock(2));
        Dictionary<string, string> all = new(values) { ["PORT"] = address.Port.ToString(CultureInfo.InvariantCulture) };
        foreach ((string name, string content) in files ?? new Dictionary<string, string>())
        {
            all[name] = Path.Combine(folder, name);
            await File.WriteAllTextAsync(all[name], content);
        }

        string text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Trunks", settings));
        foreach ((string name, string value) in all)
        {
            text = text.Replace($"@{name}@", value, StringComparison.Ordinal);
        }

        // A value may name the port, too.
        text = text.Replace("@PORT@", all["PORT"], StringComparison.Ordinal);
        string file = Path.Combine(folder, settings);
        await File.WriteAllTextAsync(file, text);
        OwnedProcess process = OwnedProcess.Start(Program, ["-f", file, "-DD", "-E", "-m", "32", "-M", "8", "-Y", folder, "-P", Path.Combine(folder, "pid")]);
        return new KamailioServer(folder, address, process);
    }

    /// <summary>How many lines hold a text.</summary>
    public int Count(string text) => Output.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until that many lines hold a text.</summary>
    public async Task WaitForAsync(string text, int times = 1)
    {
        TimeSpan end = MonotonicTime.Now + TimeSpan.FromSeconds(60);
        while (Count(text) < times)
        {
            Assert.True(MonotonicTime.Now < end && !_process.HasExited, $"no '{text}' {times} times in:\n{string.Join('\n', Output)}");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
