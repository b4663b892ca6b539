using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Testing.Network;

namespace PhoneBridge.Mixer.Tests.Rig;

/// <summary>A running engine with phones at real UDP sockets on loopback, all of them moved by one thread in real time.</summary>
internal sealed class PhoneRack : IDisposable
{
    private readonly List<UdpPhone> _phones = [];
    private readonly List<MediaEvent> _events = [];
    private readonly Thread _thread;
    private volatile bool _stopping;
    private int _legs;

    public PhoneRack(int loops, int pairs = 80, TimeSpan? rest = null)
    {
        int firstPort = FreePorts.TakeBlock(2 * pairs);
        Engine = new MediaEngine(
            new MediaEngineOptions
            {
                Loops = loops,
                DucksDisturbances = false,      // phones here speak in tones
                LevelsTalkers = false,
                FirstPort = firstPort,
                LastPort = firstPort + (2 * pairs) - 1,
                PortRest = rest ?? TimeSpan.FromSeconds(30),
            },
            item =>
            {
                lock (_events)
                {
                    _events.Add(item);
                }
            });
        _thread = new Thread(Move) { IsBackground = true };
    }

    public MediaEngine Engine { get; }

    /// <summary>The events so far.</summary>
    public IReadOnlyList<MediaEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    public LegId NextId() => new(Interlocked.Increment(ref _legs));

    /// <summary>Opens a leg with its phone and configures it; the phone speaks once the rack runs.</summary>
    public UdpPhone Call(double toneHz, long? conference = null, AudioFormat? format = null)
    {
        LegId id = NextId();
        Assert.True(Engine.TryOpenLeg(id, IPAddress.Loopback, out LegPorts ports));
        UdpPhone phone = new(id, toneHz, format ?? AudioFormat.Pcma, new IPEndPoint(IPAddress.Loopback, ports.RtpPort));
        Engine.Send(new ConfigureLeg(id, phone.Phone.Media));
        if (conference is { } number)
        {
            Engine.Send(new JoinConference(id, new ConferenceId(number), MuteCauses.None));
        }

        lock (_phones)
        {
            _phones.Add(phone);
        }

        return phone;
    }

    public void Start()
    {
        Engine.Start();
        _thread.Start();
    }

    /// <summary>Waits, in real time, until something is so.</summary>
    public static void Until(Func<bool> isSo, string what, int seconds = 10)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(seconds), $"not within {seconds} s: {what}");
            Thread.Sleep(1);
        }
    }

    /// <summary>Lets the phones talk for a while.</summary>
    public static void Run(int milliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        Until(() => Stopwatch.GetElapsedTime(start).TotalMilliseconds >= milliseconds, "time passes", seconds: 60);
    }

    public void Dispose()
    {
        _stopping = true;
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        Engine.Dispose();
        _phones.ForEach(phone => phone.Dispose());
    }

    private void Move()
    {
        long start = Stopwatch.GetTimestamp();
        for (long ms = 0; !_stopping; ms++)
        {
            while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < ms)
            {
                Thread.Sleep(1);
            }

            lock (_phones)
            {
                for (int i = 0; i < _phones.Count; i++)
                {
                    _phones[i].HearAll();
                    if ((ms + (7 * i)) % 20 == 0)
                    {
                        _phones[i].Say();
                    }
                }
            }
        }
    }
}

/// <summary>A phone at a UDP socket.</summary>
internal sealed class UdpPhone : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly SocketAddress _target;
    private readonly SocketAddress _from = new(AddressFamily.InterNetwork);
    private readonly byte[] _buffer = new byte[2048];
    private readonly DeliverPacket _send;

    public UdpPhone(LegId id, double toneHz, AudioFormat format, IPEndPoint leg)
    {
        Id = id;
        Leg = leg;
        _target = leg.Serialize();
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Phone = new Phone(toneHz, format, (IPEndPoint)_socket.LocalEndPoint!);
        _send = datagram => _socket.SendTo(datagram, SocketFlags.None, _target);
    }

    public LegId Id { get; }

    /// <summary>Where the leg receives.</summary>
    public IPEndPoint Leg { get; }

    public Phone Phone { get; }

    public void Say() => Phone.Say(_send);

    public void HearAll()
    {
        while (_socket.Available > 0)
        {
            int length = _socket.ReceiveFrom(_buffer, SocketFlags.None, _from);
            lock (Phone)
            {
                Phone.Hear(_buffer.AsSpan(0, length));
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
