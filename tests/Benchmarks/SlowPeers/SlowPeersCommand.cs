using System.CommandLine;
using PhoneBridge.Benchmarks.CommandLine;
using PhoneBridge.Benchmarks.Measuring;

namespace PhoneBridge.Benchmarks.SlowPeers;

/// <summary>The command <c>slow</c>, and the hidden one by which it runs its child.</summary>
internal static class SlowPeersCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Option<int> streams = Options.Number("--streams", 8000, "TCP connections that send a byte every two seconds");
        Option<int> handshakes = Options.Number("--handshakes", 2000, "TLS handshakes that stop in the middle");
        Option<int> calls = Options.Number("--calls", 5, "calls of the trunk over TLS in a second");
        Option<string[]> bridge = Options.Bridge();
        Option<FileInfo?> report = Options.ReportFile();
        Command command = new("slow", "How long a trunk's calls over TLS take to be answered while strangers open connections and say nothing of use.")
        {
            streams, handshakes, calls, bridge, report,
        };
        command.SetAction(async parsed =>
        {
            Report result = await SlowPeersRun.RunAsync(
                parsed.GetValue(streams), parsed.GetValue(handshakes), parsed.GetValue(calls), parsed.GetValue(bridge)!, new Progress());
            await result.WriteAsync(parsed.GetValue(report));
        });
        return command;
    }

    /// <summary>Makes the hidden command.</summary>
    public static Command CreateChild()
    {
        Argument<int> streams = new("streams"), handshakes = new("handshakes"), tcp = new("tcp"), tls = new("tls");
        Command command = new("slow-child", "The strangers of 'slow'.") { streams, handshakes, tcp, tls };
        command.Hidden = true;
        command.SetAction(async (parsed, stop) => await SlowPeersChild.RunAsync(
            parsed.GetValue(streams), parsed.GetValue(handshakes), parsed.GetValue(tcp), parsed.GetValue(tls), stop));
        return command;
    }
}
