using System.Net;
using System.Runtime;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Mixer;

namespace PhoneBridge.Benchmarks.Engine;

/// <summary>A process with nothing in it but the media engine: legs that are configured, in conferences, and run until they are told to stop.</summary>
internal static class EngineChild
{
    /// <summary>The word on the line of a leg's port.</summary>
    public const string PortWord = "port";

    /// <summary>The line after all ports.</summary>
    public const string Ready = "ready";

    private const byte Pcma = 8;

    /// <summary>Opens the legs, writes their RTP ports to the standard output, one a line, and runs.</summary>
    /// <param name="participants">How many legs.</param>
    /// <param name="rooms">How many conferences; leg n is in conference n modulo this.</param>
    /// <param name="remotePort">UDP port on the loopback address that all of them talk to.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task RunAsync(int participants, int rooms, int remotePort, CancellationToken stop)
    {
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        IPEndPoint remote = new(IPAddress.Loopback, remotePort);
        using MediaEngine engine = new(new MediaEngineOptions { FirstPort = 20000, LastPort = 39999 }, _ => { });
        engine.Start();
        for (int i = 0; i < participants; i++)
        {
            LegId leg = new(i + 1);
            if (!engine.TryOpenLeg(leg, IPAddress.Loopback, out LegPorts ports))
            {
                throw new InvalidOperationException($"No ports were left for leg {i}.");
            }

            engine.Send(new ConfigureLeg(leg, new LegMedia
            {
                Format = new AudioFormat(AudioCodec.Pcma, MediaEngine.SampleRateHz),
                SendPayloadType = Pcma,
                ReceivePayloadType = Pcma,
                Remote = remote,
                RtcpMux = true,
            }));
            engine.Send(new JoinConference(leg, new ConferenceId(1 + (i % rooms)), MuteCauses.None));
            Console.WriteLine(FormattableString.Invariant($"{PortWord} {ports.RtpPort}"));
        }

        Console.WriteLine(Ready);
        await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
