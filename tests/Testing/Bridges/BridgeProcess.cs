using System.Net;
using PhoneBridge.Testing.Network;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Bridges;

/// <summary>The real bridge: its own process on loopback, with a data folder and ports of its own.</summary>
public sealed class BridgeProcess : IAsyncDisposable
{
    private const int FirstMediaPort = 10_000;
    private const int LastMediaPort = 21_999;

    private static int s_mediaPorts = FirstMediaPort + (Random.Shared.Next(0, 10) * 1000);

    private readonly BridgeOptions _options;
    private readonly bool _ownsFolder;
    private readonly int _mediaPort;
    private readonly List<string> _earlierLog = [];
    private OwnedProcess _process;
    private BridgeApi? _api;

    private BridgeProcess(BridgeOptions options, int ports)
    {
        _options = options;
        _ownsFolder = options.DataFolder is null;
        DataFolder = options.DataFolder ?? Directory.CreateTempSubdirectory("bridge-").FullName;
        Sip = new IPEndPoint(IPAddress.Loopback, ports);
        Http = new Uri($"http://127.0.0.1:{ports + 2}");
        _mediaPort = TakeMediaPorts(options.MediaPorts);
        _process = Launch();
    }

    /// <summary>Where the bridge takes SIP, UDP and TCP alike.</summary>
    public IPEndPoint Sip { get; }

    /// <summary>Where the bridge takes HTTP.</summary>
    public Uri Http { get; }

    /// <summary>The first and the last port that the bridge may use for RTP and RTCP.</summary>
    public (int First, int Last) MediaPorts => (_mediaPort, _mediaPort + _options.MediaPorts - 1);

    /// <summary>Folder of the database and the secrets.</summary>
    public string DataFolder { get; }

    /// <summary>The API, with the key from the data folder.</summary>
    public BridgeApi Api => _api ?? throw new InvalidOperationException("The bridge is not ready.");

    /// <summary>The running process.</summary>
    public OwnedProcess Process => _process;

    /// <summary>Every line the bridge wrote, over all its restarts.</summary>
    public IReadOnlyList<string> Log => [.. _earlierLog, .. _process.Output];

    /// <summary>Starts a bridge and waits until it is ready for calls.</summary>
    public static async Task<BridgeProcess> StartAsync(BridgeOptions? options = null)
    {
        BridgeProcess bridge = new(options ?? new BridgeOptions(), FreePorts.TakeBlock(4));
        try
        {
            await bridge.WaitUntilReadyAsync();
            return bridge;
        }
        catch
        {
            await bridge.DisposeAsync();
            throw;
        }
    }

    /// <summary>The SIP address that calls the bridge.</summary>
    public string Address(string user = "bridge") => $"sip:{user}@{Sip}";

    /// <summary>Ends the process as a crash would (SIGKILL), without any goodbye.</summary>
    public async Task CrashAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>Asks the process to end (SIGTERM) and waits for it.</summary>
    /// <returns>Exit code.</returns>
    public Task<int> StopAsync(TimeSpan limit)
    {
        _process.Terminate();
        return _process.WaitForExitAsync(limit);
    }

    /// <summary>Starts the bridge again after its end, with the same data folder and ports.</summary>
    public async Task StartAgainAsync()
    {
        _earlierLog.AddRange(_process.Output);
        await _process.DisposeAsync();
        _process = Launch();
        await WaitUntilReadyAsync();
    }

    /// <summary>Reads the bridge's metrics.</summary>
    public Task<BridgeMetricsPage> ReadMetricsAsync() => BridgeMetricsPage.ReadAsync(Http);

    /// <summary>Ends the process (SIGTERM, SIGKILL after a while) and removes its own folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        await _process.StopAsync(TimeSpan.FromSeconds(15));
        await _process.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(DataFolder, recursive: true);
        }
    }

    private static int TakeMediaPorts(int count)
    {
        int taken = Interlocked.Add(ref s_mediaPorts, count);
        if (taken - 1 > LastMediaPort)
        {
            Interlocked.Exchange(ref s_mediaPorts, FirstMediaPort + count);
            return FirstMediaPort;
        }

        return taken - count;
    }

    private OwnedProcess Launch()
    {
        List<string> words =
        [
            _options.Program,
            $"--Sip:Udp:0={Sip}",
            $"--Sip:Tcp:0={Sip}",
            $"--Api:Listen=http://127.0.0.1:{Http.Port}",
            $"--Storage:Folder={DataFolder}",
            $"--Media:FirstPort={_mediaPort}",
            $"--Media:LastPort={_mediaPort + _options.MediaPorts - 1}",
            "--Shutdown:DrainDeadline=00:00:00",
            "--Shutdown:GoodbyeTime=00:00:05",
            // Phones here speak in tones, and a tone that lasts is what is ducked; tests of the ducking switch it on again.
            "--Media:DuckDisturbances=false",
            // All phones call from one address, some send rubbish, and the machine may be busy; tests of the protection switch it on again.
            "--Sip:UnknownTrunk:CallsPerSecond=0",
            "--Sip:Bans:Attempts=0",
            "--Sip:Overload:CallsPerSecond=0",
            "--Sip:Overload:QueueDelay=00:00:00",
            .. _options.Arguments,
        ];
        return OwnedProcess.Start("dotnet", words, environment: _options.Environment);
    }

    private async Task WaitUntilReadyAsync()
    {
        using HttpClient http = new() { BaseAddress = Http, Timeout = TimeSpan.FromSeconds(5) };
        TimeSpan end = MonotonicTime.Now + _options.StartLimit;
        string last = "no answer";
        while (MonotonicTime.Now < end && !_process.HasExited)
        {
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                {
                    string key = await File.ReadAllTextAsync(Path.Combine(DataFolder, "api-key.txt"));
                    _api ??= new BridgeApi(Http, key.Trim());
                    return;
                }

                last = await answer.Content.ReadAsStringAsync();
            }
            catch (Exception starting) when (starting is HttpRequestException or TaskCanceledException)
            {
                last = starting.Message;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        throw new InvalidOperationException($"The bridge is not ready ({last}). Its last output:\n{_process.Tail(30)}");
    }
}
