using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Flooding;

/// <summary>What a spray came to.</summary>
/// <param name="Sent">Packets sent.</param>
/// <param name="Answers">Datagrams that came back to any of its sources.</param>
public sealed record SprayResult(long Sent, long Answers);

/// <summary>Loud voice in well-formed RTP (PCMA), sent to every port of a range in turn from addresses of the loopback that no phone has ("RTP bleed").</summary>
public sealed class RtpSpray : IDisposable
{
    private const int HeaderBytes = 12;

    private readonly Socket[] _sources;
    private readonly SocketAddress[] _ports;
    private readonly byte[] _packet;

    /// <summary>Binds the sockets.</summary>
    /// <param name="target">Whose ports.</param>
    /// <param name="firstPort">The first port.</param>
    /// <param name="lastPort">The last one.</param>
    /// <param name="sources">How many addresses the packets come from.</param>
    public RtpSpray(IPAddress target, int firstPort, int lastPort, int sources)
    {
        _sources = new Socket[sources];
        for (int i = 0; i < sources; i++)
        {
            _sources[i] = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
            _sources[i].Bind(new IPEndPoint(InviteFlood.AddressOf(i), 0));
        }

        _ports = [.. Enumerable.Range(firstPort, lastPort - firstPort + 1).Select(port => new IPEndPoint(target, port).Serialize())];
        byte[] voice = G711.Encode(PhoneCodec.Pcma, Signals.Tone(1300, TimeSpan.FromMilliseconds(20), levelDbov: -3).Samples);
        _packet = [0x80, 8, .. new byte[HeaderBytes - 2], .. voice];
    }

    /// <summary>Sprays, on a thread of its own.</summary>
    /// <param name="perSecond">Packets a second.</param>
    /// <param name="until">Ends it.</param>
    public Task<SprayResult> RunAsync(int perSecond, CancellationToken until) =>
        Task.Factory.StartNew(() => Run(perSecond, until), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Closes the sockets.</summary>
    public void Dispose() => Array.ForEach(_sources, source => source.Dispose());

    private SprayResult Run(int perSecond, CancellationToken until)
    {
        TimeSpan start = MonotonicTime.Now;
        long sent = 0;
        while (!until.IsCancellationRequested)
        {
            // What is due until now, at most 20 ms' worth: a thread that did not get to run must not make a burst of it.
            long due = (long)((MonotonicTime.Now - start).TotalSeconds * perSecond);
            int burst = (int)Math.Min(due - sent, Math.Max(1, perSecond / 50));
            start += TimeSpan.FromSeconds(Math.Max(0, due - sent - burst) / (double)perSecond);
            for (int i = 0; i < burst; i++, sent++)
            {
                Send(sent);
            }

            Thread.Sleep(1);
        }

        return new SprayResult(sent, _sources.Sum(CountAnswers));
    }

    // Each port hears each source in turn, with a stream that goes on: a source that sends four packets in order might be believed.
    private void Send(long number)
    {
        long round = number / _ports.Length;
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), (ushort)round);
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(4), (uint)(round * 160));
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(8), (uint)(round / 16 % _sources.Length) + 1);
        try
        {
            _sources[round / 16 % _sources.Length].SendTo(_packet, SocketFlags.None, _ports[number % _ports.Length]);
        }
        catch (SocketException)
        {
            // No room in the socket for a moment: one less.
        }
    }

    private static int CountAnswers(Socket source)
    {
        int answers = 0;
        Span<byte> buffer = stackalloc byte[2048];
        while (source.Available > 0 && source.Receive(buffer) > 0)
        {
            answers++;
        }

        return answers;
    }
}
