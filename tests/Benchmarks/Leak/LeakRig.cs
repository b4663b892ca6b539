using PhoneBridge.Media.Rtcp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Mixer;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Mixer.Legs;
using PhoneBridge.Mixer.Loop;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Benchmarks.Leak;

/// <summary>
/// The whole media path without threads and sockets on virtual time: the real router, loops, legs and conferences. The one place here
/// that knows how they are put together; all else speaks to it by public commands and events.
/// </summary>
internal sealed class LeakRig : IDisposable
{
    private static readonly TimeSpan Origin = TimeSpan.FromHours(1);

    private readonly LoopInbox[] _inboxes;
    private readonly LoopCore[] _loops;
    private readonly CommandRouter _router;
    private readonly EventOutlet _outlet = new();
    private readonly TickSchedule _schedule = new(Origin);
    private readonly Random _order;
    private readonly Action<MediaEvent> _onEvent;

    /// <summary>Makes an empty media path.</summary>
    /// <param name="loops">How many loops.</param>
    /// <param name="seed">Loops run in a random order within each slot, as threads do.</param>
    /// <param name="onEvent">Hears each event after the slot in which it happened.</param>
    public LeakRig(int loops, int seed, Action<MediaEvent> onEvent)
    {
        _inboxes = [.. Enumerable.Range(0, loops).Select(_ => new LoopInbox())];
        _loops = [.. _inboxes.Select(inbox => new LoopCore(inbox, _outlet, new LoopCounters()))];
        _router = new CommandRouter(_inboxes, MixSettings.From(new MediaEngineOptions { LevelsTalkers = false, DucksDisturbances = false }));
        _order = new Random(seed);
        _onEvent = onEvent;
    }

    /// <summary>Slots of 1 ms since the beginning.</summary>
    public long Slot { get; private set; }

    /// <summary>Opens a leg.</summary>
    /// <param name="id">Its name, never used before.</param>
    /// <param name="rtp">Its RTP port.</param>
    public void Open(LegId id, IPacketPort rtp) => _router.Add(new LegStream(
        id, 30000, rtp, new QuietPort(), StreamIdentity.Random(), new NtpClock(DateTimeOffset.UnixEpoch, TimeSpan.Zero), _schedule.DeadlineOf(Slot)));

    /// <summary>Sends a command on its way.</summary>
    public void Send(MediaCommand command) => _router.Route(command);

    /// <summary>One slot of 1 ms on every loop.</summary>
    public void Step()
    {
        _order.Shuffle(_loops);
        TickTime time = new(_schedule.DeadlineOf(Slot), _schedule.DeadlineOf(Slot));
        foreach (LoopCore loop in _loops)
        {
            loop.ObeyMessages(Slot, time);
            loop.RunSlot(Slot, time);
        }

        while (_outlet.TryTake(out LoopEvent item))
        {
            _onEvent(item.ToMediaEvent());
        }

        Slot++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _outlet.Dispose();
        Array.ForEach(_inboxes, inbox => inbox.Dispose());
    }

    /// <summary>An RTCP port to which nothing comes.</summary>
    private sealed class QuietPort : IPacketPort
    {
        public int Receive(Span<byte> datagram, out SourceAddress source, out TimeSpan arrival)
        {
            (source, arrival) = (default, TimeSpan.MaxValue);
            return -1;
        }

        public bool Send(ReadOnlySpan<byte> datagram, SourceAddress target) => true;

        public void Connect(SourceAddress peer)
        {
        }

        public void Disconnect()
        {
        }

        public void Dispose()
        {
        }
    }
}
