using System.Net;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtcp;
using PhoneBridge.Media.Srtp;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Mixer.Legs;
using PhoneBridge.Mixer.Loop;
using PhoneBridge.Mixer.Mix;
using PhoneBridge.Testing.Memory;

namespace PhoneBridge.Mixer.Tests.Rig;

/// <summary>The whole media path without threads and sockets: real router, loops, legs and conferences on virtual time.</summary>
internal sealed class LoopRig : IDisposable
{
    private static readonly TimeSpan Origin = TimeSpan.FromHours(1);

    private readonly LoopInbox[] _inboxes;
    private readonly TickSchedule _schedule = new(Origin);
    private readonly EventOutlet _outlet = new();
    private readonly List<Line> _lines = [];
    private readonly Random? _order;
    private long _slot;

    /// <param name="loops">How many loops.</param>
    /// <param name="orderSeed">Runs the loops of a slot in a random order; null: always the first first.</param>
    /// <param name="talkers">Talkers summed at a time.</param>
    /// <param name="levels">Their loudness is drawn together.</param>
    /// <param name="ducks">Long tones are ducked: off, since phones here speak in tones.</param>
    /// <param name="recordings">What writes recordings; null when the test makes none.</param>
    public LoopRig(int loops = 1, int? orderSeed = null, int talkers = 16, bool levels = false, bool ducks = false, RecordingWriter? recordings = null)
    {
        _inboxes = [.. Enumerable.Range(0, loops).Select(_ => new LoopInbox())];
        Loops = [.. _inboxes.Select(inbox => new LoopCore(inbox, _outlet, new LoopCounters()))];
        Router = new CommandRouter(_inboxes, new MixSettings(talkers, levels, ducks, new OpusSettings()), recordings);
        _order = orderSeed is { } seed ? new Random(seed) : null;
    }

    public LoopCore[] Loops { get; }

    public CommandRouter Router { get; }

    /// <summary>All events so far.</summary>
    public List<MediaEvent> Events { get; } = new(4096);

    public TimeSpan Now => _schedule.DeadlineOf(_slot);

    /// <summary>Runs the loops late by this much.</summary>
    public TimeSpan Lateness { get; set; }

    /// <summary>Bytes that the loops have allocated, the test around them left out.</summary>
    public long AllocatedByLoops { get; set; }

    /// <summary>Adds a leg without a phone.</summary>
    public LegStream AddLeg(LegId id, MemoryPort rtp, MemoryPort rtcp)
    {
        LegStream leg = new(id, rtpPort: 30000, rtp, rtcp, StreamIdentity.Random(), new NtpClock(DateTimeOffset.UnixEpoch, TimeSpan.Zero), Now);
        Router.Add(leg);
        return leg;
    }

    /// <summary>Opens a leg and its phone, without configuring it.</summary>
    public Line Open(double toneHz, AudioFormat? format = null, int ptimeMs = 20)
    {
        int number = _lines.Count + 1;
        Phone phone = new(toneHz, format ?? AudioFormat.Pcma, new IPEndPoint(new IPAddress([192, 0, 2, (byte)(number % 250 + 1)]), 4000 + (2 * number)), ptimeMs);
        Line line = new(new LegId(number), phone, sayAt: number * 7 % 20, Now);
        _lines.Add(line);
        Router.Add(line.Leg);
        return line;
    }

    /// <summary>Opens a leg, configures it, and puts it into a conference if one is named.</summary>
    public Line Call(double toneHz, long? conference = null, AudioFormat? format = null, MuteCauses mutes = MuteCauses.None)
    {
        Line line = Open(toneHz, format);
        Router.Route(new ConfigureLeg(line.Id, line.Phone.Media));
        if (conference is { } id)
        {
            Router.Route(new JoinConference(line.Id, new ConferenceId(id), mutes));
        }

        return line;
    }

    public void Send(MediaCommand command) => Router.Route(command);

    /// <summary>Lets time pass.</summary>
    public void Run(int milliseconds)
    {
        for (int i = 0; i < milliseconds; i++)
        {
            Step();
        }
    }

    /// <summary>One slot of 1 ms on every loop.</summary>
    public void Step()
    {
        foreach (Line line in _lines)
        {
            line.SayIfDue(_slot, Now);
        }

        if (_order is not null)
        {
            _order.Shuffle(Loops);
        }

        foreach (LoopCore loop in Loops)
        {
            TickTime time = new(Now, Now + Lateness);
            AllocationMeter meter = AllocationMeter.Start();
            loop.ObeyMessages(_slot, time);
            loop.RunSlot(_slot, time);
            AllocatedByLoops += meter.TryRead(out long bytes) ? bytes : 0;
        }

        while (_outlet.TryTake(out LoopEvent item))
        {
            Events.Add(item.ToMediaEvent());
        }

        _slot++;
    }

    /// <summary>Lets the loops miss some periods, as a thread does that was not scheduled.</summary>
    public void Miss(int periods)
    {
        for (int i = 0; i < periods * TickSchedule.SlotsPerPeriod; i++)
        {
            foreach (Line line in _lines)
            {
                line.SayIfDue(_slot, Now);
            }

            _slot++;
        }
    }

    public void Dispose()
    {
        _outlet.Dispose();
        Array.ForEach(_inboxes, inbox => inbox.Dispose());
    }
}

/// <summary>A leg with its phone at the far end.</summary>
internal sealed class Line
{
    private readonly int _sayAt;

    public Line(LegId id, Phone phone, int sayAt, TimeSpan now)
    {
        Id = id;
        Phone = phone;
        _sayAt = sayAt;
        Rtp = new MemoryPort { OnSent = (datagram, _) => Hear(datagram) };
        Rtcp = new MemoryPort();
        Leg = new LegStream(id, rtpPort: 30000, Rtp, Rtcp, StreamIdentity.Random(), new NtpClock(DateTimeOffset.UnixEpoch, TimeSpan.Zero), now);
        _deliver = datagram => Rtp.Deliver(Protected(datagram), phone.Address);
    }

    private readonly DeliverPacket _deliver;
    private readonly byte[] _room = new byte[2048];

    public LegId Id { get; }

    public Phone Phone { get; private set; }

    public MemoryPort Rtp { get; }

    public MemoryPort Rtcp { get; }

    public LegStream Leg { get; }

    /// <summary>The far end's SRTP; null while it speaks in clear.</summary>
    public SrtpSession? Srtp { get; set; }

    /// <summary>A packet as the far end puts it on the wire. Good until the next.</summary>
    public ReadOnlySpan<byte> Protected(ReadOnlySpan<byte> packet)
    {
        if (Srtp is not { } srtp)
        {
            return packet;
        }

        packet.CopyTo(_room);
        int length = packet.Length;
        Assert.True(srtp.TryProtectRtp(_room, ref length));
        return _room.AsSpan(0, length);
    }

    /// <summary>Another phone takes the place of this one, at the same address.</summary>
    public void Replace(Phone phone) => Phone = phone;

    private void Hear(ReadOnlySpan<byte> datagram)
    {
        if (Srtp is { } srtp)
        {
            datagram.CopyTo(_room);
            if (srtp.UnprotectRtp(_room.AsSpan(0, datagram.Length), out int length) != SrtpOutcome.Accepted)
            {
                return;
            }

            datagram = _room.AsSpan(0, length);
        }

        Phone.Hear(datagram);
    }

    public void SayIfDue(long slot, TimeSpan now)
    {
        Rtp.Now = now;
        if (slot % TickSchedule.SlotsPerPeriod == _sayAt)
        {
            Phone.Say(_deliver);
        }
    }
}
