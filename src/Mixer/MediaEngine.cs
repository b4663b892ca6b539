using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using PhoneBridge.Media.Rtcp;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Mixer.Legs;
using PhoneBridge.Mixer.Loop;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer;

/// <summary>
/// The media path of the bridge: legs with their sockets, conferences with their mix, and the loops that run them. Commands go in,
/// events come out, quality and counters can be read at any time.
/// </summary>
/// <remarks>Every member may be called from any thread, events are told on a thread of the engine's own, one after the other.</remarks>
public sealed class MediaEngine : IDisposable
{
    /// <summary>Rate of clips [Hz]; a leg of another rate gets them converted.</summary>
    public const int SampleRateHz = 8000;

    /// <summary>Length of a frame, the tick of a conference [ms].</summary>
    public const int FrameMs = 20;

    /// <summary>Samples in a frame of a clip.</summary>
    public const int SamplesPerFrame = SampleRateHz / 1000 * FrameMs;

    // Ports that other programs hold are passed over, but a range that is full of them must not hold up a call.
    private const int PortsTried = 256;

    private readonly MediaEngineOptions _options;
    private readonly Action<MediaEvent> _onEvent;
    private readonly PortPool _ports;
    private readonly EventOutlet _outlet = new();
    private readonly EventPump _pump;
    private readonly RecordingWriter _recordings;
    private readonly LoopCounters[] _counters;
    private readonly LoopInbox[] _inboxes;
    private readonly MediaThread[] _threads;
    private readonly CommandRouter _router;
    private readonly ConcurrentDictionary<LegId, LegStream> _open = [];
    private readonly NtpClock _clock = new(TimeProvider.System.GetUtcNow(), MediaThread.Now);
    private bool _isDisposed;

    /// <summary>Makes an engine that does not run yet: no thread, no socket.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="onEvent">Hears every event, in order; must return soon and not throw.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option outside its range.</exception>
    public MediaEngine(MediaEngineOptions options, Action<MediaEvent> onEvent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Loops);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Loops, 64);
        _options = options;
        _onEvent = onEvent;
        _ports = new PortPool(options.FirstPort, options.LastPort, options.PortRest, RandomNumberGenerator.GetInt32(int.MaxValue));
        _pump = new EventPump(_outlet, Tell);
        _recordings = new RecordingWriter(TellOfRecording);

        int loops = options.Loops == 0 ? Math.Min(Environment.ProcessorCount, 64) : options.Loops;
        TickSchedule schedule = new(MediaThread.Now);
        _counters = [.. Enumerable.Range(0, loops).Select(_ => new LoopCounters())];
        _inboxes = [.. Enumerable.Range(0, loops).Select(_ => new LoopInbox())];
        _threads = [.. Enumerable.Range(0, loops).Select(i => new MediaThread(
            new LoopCore(_inboxes[i], _outlet, _counters[i]), _inboxes[i], schedule, i, options.RealTimePriority))];
        _router = new CommandRouter(_inboxes, MixSettings.From(options), _recordings);
    }

    /// <summary>What the engine has done and holds.</summary>
    public MediaEngineCounters Counters => LoopCounters.Sum(_counters) with
    {
        Legs = _router.Legs,
        Conferences = _router.Conferences,
        Sockets = 2 * _open.Count,
        PortsResting = _ports.CountResting(MediaThread.Now),
        CommandsDropped = _router.CommandsDropped + _counters.Sum(counters => Volatile.Read(ref counters.SoundsDropped)),
    };

    /// <summary>Starts the threads. Once.</summary>
    public void Start()
    {
        _pump.Start();
        foreach (MediaThread thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Opens a leg: binds a pair of ports. It is deaf and dumb until <see cref="ConfigureLeg"/>.</summary>
    /// <param name="leg">A name that no leg had before.</param>
    /// <param name="local">The address to bind to; the family of the peer's media.</param>
    /// <param name="ports">Where it receives.</param>
    /// <returns>False when no ports are left; the call should be refused with 503.</returns>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    /// <exception cref="SocketException">The address is not ours, or the process has no descriptors left.</exception>
    public bool TryOpenLeg(LegId leg, IPAddress local, out LegPorts ports)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        for (int attempt = 0; attempt < PortsTried && _ports.TryTake(MediaThread.Now, out int rtpPort); attempt++)
        {
            if (TryOpenPair(local, rtpPort) is { } pair)
            {
                LegStream stream = new(leg, rtpPort, pair.Rtp, pair.Rtcp, StreamIdentity.Random(), _clock, MediaThread.Now);
                if (!_open.TryAdd(leg, stream))
                {
                    CloseSockets(stream);
                    throw new ArgumentException($"There is a {leg} already.", nameof(leg));
                }

                _router.Add(stream);
                ports = new LegPorts(local, rtpPort, rtpPort + 1);
                return true;
            }
        }

        ports = default;
        return false;
    }

    /// <summary>Sends a command on its way. Commands of one leg are obeyed in the order they were sent; one for a leg or conference that is not there is counted and dropped.</summary>
    /// <exception cref="ArgumentException">A clip is not at <see cref="SampleRateHz"/>.</exception>
    public void Send(MediaCommand command) => _router.Route(command);

    /// <summary>Reads how the line of a leg does.</summary>
    /// <returns>False when there is no such leg.</returns>
    public bool TryReadQuality(LegId leg, out LegQuality quality)
    {
        bool isOpen = _open.TryGetValue(leg, out LegStream? stream);
        quality = isOpen ? stream!.Quality.Read() : default;
        return isOpen;
    }

    /// <summary>Stops the threads and closes every socket. Legs that are still open are not told of, and say no BYE. Not from within an event.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        foreach (MediaThread thread in _threads)
        {
            thread.Dispose();
        }

        _recordings.Dispose();
        _pump.Dispose();
        foreach (LegStream leg in _open.Values)
        {
            CloseSockets(leg);
        }

        _outlet.Dispose();
        Array.ForEach(_inboxes, inbox => inbox.Dispose());
    }

    private (LegSocket Rtp, LegSocket Rtcp)? TryOpenPair(IPAddress local, int rtpPort)
    {
        LegSocket? rtp = null;
        try
        {
            if (LegSocket.TryOpen(new IPEndPoint(local, rtpPort), _options.ReceiveBufferBytes, _options.Dscp, out rtp)
                && LegSocket.TryOpen(new IPEndPoint(local, rtpPort + 1), _options.ReceiveBufferBytes, _options.Dscp, out LegSocket? rtcp))
            {
                return (rtp, rtcp);
            }
        }
        catch (SocketException)
        {
            rtp?.Dispose();
            _ports.Return(rtpPort, MediaThread.Now);
            throw;
        }

        rtp?.Dispose();
        _ports.Return(rtpPort, MediaThread.Now);
        return null;
    }

    private void Tell(LoopEvent item)
    {
        if (item.Kind == LoopEventKind.LegClosed && item.Leg is { } leg)
        {
            _open.TryRemove(leg.Id, out _);
            CloseSockets(leg);
        }

        _onEvent(item.ToMediaEvent());
    }

    // On the recording thread: by the outlet, so that all events are told by one thread.
    private void TellOfRecording(MediaEvent happened)
    {
        _outlet.Post(new LoopEvent(LoopEventKind.Told, 0, Told: happened));
        _outlet.Flush();
    }

    private void CloseSockets(LegStream leg)
    {
        leg.Dispose();
        _ports.Return(leg.RtpPort, MediaThread.Now);
    }
}
