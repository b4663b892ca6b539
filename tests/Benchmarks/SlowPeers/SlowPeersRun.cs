using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Certificates;
using PhoneBridge.Testing.Network;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.SlowPeers;

/// <summary>A trunk's calls over TLS before strangers open their connections, meanwhile, and until the last of them is closed.</summary>
internal static class SlowPeersRun
{
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    /// <summary>Runs the whole.</summary>
    public static async Task<Report> RunAsync(int streams, int handshakes, int callsPerSecond, IReadOnlyList<string> arguments, Progress progress)
    {
        progress.Show("starting the bridge");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("slow-");
        using TestAuthority authority = new();
        using X509Certificate2 certificate = authority.Issue("bridge", ["127.0.0.1"]);
        (string file, string key) = (Path.Combine(folder.FullName, "bridge.pem"), Path.Combine(folder.FullName, "bridge.key"));
        TestAuthority.Write(certificate, file, key);
        IPEndPoint tls = new(IPAddress.Loopback, FreePorts.TakeBlock(1));
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            MediaPorts = 4000,
            Arguments =
            [
                $"--Sip:Tls:0={tls}", $"--Sip:Certificate:CertificateFile={file}", $"--Sip:Certificate:KeyFile={key}",
                "--Sip:Trunks:0:Name=known", "--Sip:Trunks:0:Sources:0=127.0.0.1", "--Sip:AcceptUnknownSources=true", "--Media:PortRest=00:00:05", .. arguments,
            ],
        });

        SecureCaller caller = new(tls, authority.Trust);
        Report report = new(Text($"{streams} slow TCP connections and {handshakes} half TLS handshakes of strangers; {callsPerSecond} calls a second of a trunk over TLS"));
        await CallAsync("warm-up", () => Task.Delay(Before));
        await CallAsync("quiet", () => Task.Delay(Before));

        await using OwnedProcess strangers = OwnedProcess.Start(
            "dotnet",
            [typeof(SlowPeersRun).Assembly.Location, "slow-child", Text($"{streams}"), Text($"{handshakes}"), Text($"{bridge.Sip.Port}"), Text($"{tls.Port}")]);
        TimeSpan begun = MonotonicTime.Now;
        await CallAsync("while they open", () => strangers.WaitForLineAsync(line => line == SlowPeersChild.Opened, Longest));
        TimeSpan opened = MonotonicTime.Now;
        await CallAsync("while they stand", () => strangers.WaitForLineAsync(line => line == $"{SlowPeersChild.LeftWord} 0", Longest));
        TimeSpan gone = MonotonicTime.Now;
        BridgeMetricsPage metrics = await bridge.ReadMetricsAsync();
        progress.Clear();
        folder.Delete(recursive: true);
        report.Add("all opened after", Text($"{(opened - begun).TotalSeconds:0.0} s"));
        report.Add("all closed by the bridge", Text($"{(gone - opened).TotalSeconds:0.0} s after the last was opened"));
        report.Add("closed to make room, by time-out, refused", Text(
            $"{Dropped(metrics, "ConnectionEvicted"):0}, {Dropped(metrics, "ConnectionTimeout"):0}, {Dropped(metrics, "ConnectionRefused"):0}"));
        report.Add("load average", Machine.LoadAverage());
        return report;

        async Task CallAsync(string name, Func<Task> until)
        {
            progress.Show(name);
            Distribution setUp = new();
            List<Task<bool>> calls = [];
            Task end = until();
            while (!end.IsCompleted)
            {
                calls.Add(caller.CallAsync(setUp));
                await Task.WhenAny(end, Task.Delay(1000 / callsPerSecond));
            }

            bool[] answered = await Task.WhenAll(calls);
            await end;
            if (name != "warm-up")
            {
                report.Add(Text($"{name}: SYN to 200"), Text($"{setUp}; {answered.Count(one => !one)} not answered"));
            }
        }
    }

    private static double Dropped(BridgeMetricsPage metrics, string reason) => metrics.SumOrZero("phonebridge_sip_drops_total", $"reason=\"{reason}\"");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
