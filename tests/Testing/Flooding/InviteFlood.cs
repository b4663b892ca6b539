using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Flooding;

/// <summary>What a flood came to.</summary>
/// <param name="Sent">INVITEs sent, each the first of a call.</param>
/// <param name="Answers">Datagrams that came back.</param>
/// <param name="Took">How long it took.</param>
public sealed record FloodResult(long Sent, long Answers, TimeSpan Took);

/// <summary>INVITEs at a steady rate from addresses of the loopback that no phone has: 127.64.0.1 and on.</summary>
public sealed class InviteFlood : IDisposable
{
    private const int FirstSource = (127 << 24) | (64 << 16) | 1;
    private const string Mark = "0000000000000000";

    private readonly Socket[] _sources;
    private readonly byte[] _invite;
    private readonly int[] _marks;
    private long _number;

    /// <summary>Binds the sockets.</summary>
    /// <param name="target">Whom to flood.</param>
    /// <param name="sources">How many addresses the INVITEs come from.</param>
    public InviteFlood(IPEndPoint target, int sources)
    {
        _sources = new Socket[sources];
        for (int i = 0; i < sources; i++)
        {
            _sources[i] = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
            _sources[i].Bind(new IPEndPoint(AddressOf(i), 0));
            _sources[i].Connect(target);
        }

        const string sdp = "v=0\r\no=- 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\nm=audio 30000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n";
        string text = $"INVITE sip:900442071234567@{target} SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK{Mark};rport\r\nMax-Forwards: 70\r\n"
            + $"From: \"sipvicious\" <sip:100@{target.Address}>;tag={Mark}\r\nTo: <sip:900442071234567@{target.Address}>\r\nCall-ID: {Mark}@198.51.100.7\r\nCSeq: 1 INVITE\r\n"
            + $"Contact: <sip:100@198.51.100.7:5060>\r\nUser-Agent: friendly-scanner\r\nContent-Type: application/sdp\r\nContent-Length: {sdp.Length}\r\n\r\n{sdp}";
        _invite = Encoding.ASCII.GetBytes(text);
        List<int> marks = [];
        for (int at = text.IndexOf(Mark, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Mark, at + Mark.Length, StringComparison.Ordinal))
        {
            marks.Add(at);
        }

        _marks = [.. marks];
    }

    /// <summary>The address that the flood's socket has.</summary>
    public static IPAddress AddressOf(int source)
    {
        byte[] bytes = BitConverter.GetBytes(IPAddress.HostToNetworkOrder(FirstSource + source));
        return new IPAddress(bytes);
    }

    /// <summary>Floods, on a thread of its own.</summary>
    /// <param name="perSecond">INVITEs a second.</param>
    /// <param name="length">For how long.</param>
    public Task<FloodResult> RunAsync(int perSecond, TimeSpan length) =>
        Task.Factory.StartNew(() => Run(perSecond, length), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Closes the sockets.</summary>
    public void Dispose()
    {
        foreach (Socket source in _sources)
        {
            source.Dispose();
        }
    }

    private FloodResult Run(int perSecond, TimeSpan length)
    {
        TimeSpan start = MonotonicTime.Now;
        long sent = 0;
        long answers = 0;
        TimeSpan passed;
        while ((passed = MonotonicTime.Now - start) < length)
        {
            // What is due until now, at most 20 ms' worth: a thread that did not get to run must not make a burst of it.
            long due = (long)(passed.TotalSeconds * perSecond);
            int burst = (int)Math.Min(due - sent, Math.Max(1, perSecond / 50));
            start += TimeSpan.FromSeconds(Math.Max(0, due - sent - burst) / (double)perSecond);
            for (int i = 0; i < burst; i++, sent++)
            {
                Socket source = _sources[(int)(_number % _sources.Length)];
                Send(source);
                answers += Drain(source);
            }

            Thread.Sleep(1);
        }

        return new FloodResult(sent, answers, length);
    }

    private void Send(Socket source)
    {
        Span<byte> number = stackalloc byte[Mark.Length];
        (++_number).TryFormat(number, out _, "x16", CultureInfo.InvariantCulture);
        foreach (int mark in _marks)
        {
            number.CopyTo(_invite.AsSpan(mark));
        }

        try
        {
            source.Send(_invite);
        }
        catch (SocketException)
        {
            // No room in the socket for a moment: one less.
        }
    }

    private static int Drain(Socket source)
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
