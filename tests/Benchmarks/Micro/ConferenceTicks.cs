using System.Buffers.Binary;
using System.Net;
using BenchmarkDotNet.Attributes;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtcp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Mixer;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Mixer.Legs;
using PhoneBridge.Mixer.Loop;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>
/// One tick of conferences of 8 legs, two of whom talk, without the kernel: latch, jitter buffer, decoding, levels, mix, encoding, RTP
/// headers. The time is per leg: with few legs all they hold is in the near caches, with many it must come from memory.
/// </summary>
public class ConferenceTicks : IDisposable
{
    private const int LegsOfRoom = 8;
    private const int TalkersOfRoom = 2;
    private static readonly TimeSpan Origin = TimeSpan.FromHours(1);

    private readonly LoopInbox _inbox = new();
    private readonly EventOutlet _events = new();
    private readonly TickSchedule _schedule = new(Origin);
    private LoopCore _loop = null!;
    private long _slot;

    /// <summary>How many there are.</summary>
    [Params(1, 90)]
    public int Conferences { get; set; }

    /// <summary>Opens the conference.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _loop = new LoopCore(_inbox, _events, new LoopCounters());
        CommandRouter router = new([_inbox], MixSettings.From(new MediaEngineOptions()));
        for (int i = 0; i < Conferences * LegsOfRoom; i++)
        {
            LegId id = new(i);
            IPEndPoint remote = new(new IPAddress([192, 0, 2, 1]), 4000 + (2 * i));
            LegStream leg = new(
                id, 30000, new EndlessPort(remote, i, isTalking: i % LegsOfRoom < TalkersOfRoom), new SilentPort(), StreamIdentity.Random(),
                new NtpClock(DateTimeOffset.UnixEpoch, TimeSpan.Zero), Origin);
            router.Add(leg);
            router.Route(new ConfigureLeg(id, new LegMedia
            {
                Format = AudioFormat.Pcma,
                SendPayloadType = 8,
                ReceivePayloadType = 8,
                Remote = remote,
            }));
            router.Route(new JoinConference(id, new ConferenceId(1 + (i / LegsOfRoom)), MuteCauses.None));
        }

        // Two seconds: everybody who talks is known to talk, and the delay has settled.
        for (int i = 0; i < 100; i++)
        {
            Period();
        }
    }

    /// <summary>Twenty slots, in one of which the conference ticks.</summary>
    [Benchmark]
    public void Period()
    {
        for (int i = 0; i < TickSchedule.SlotsPerPeriod; i++)
        {
            TickTime time = new(_schedule.DeadlineOf(_slot), _schedule.DeadlineOf(_slot));
            _loop.ObeyMessages(_slot, time);
            _loop.RunSlot(_slot, time);
            _slot++;
        }

        while (_events.TryTake(out _))
        {
        }
    }

    /// <summary>Ends it.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _inbox.Dispose();
        _events.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A peer that has sent exactly one packet whenever it is looked at.</summary>
    private sealed class EndlessPort : IPacketPort
    {
        private readonly byte[] _packet = new byte[12 + Frames.Samples];
        private readonly SourceAddress _source;
        private bool _isEmpty;
        private ushort _sequence;
        private uint _timestamp;

        public EndlessPort(IPEndPoint source, int number, bool isTalking)
        {
            _source = SourceAddress.From(source);
            _packet[0] = 0x80;
            _packet[1] = 8;
            BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(8), (uint)number + 1);
            ALaw.Encode(isTalking ? Frames.Noise(number) : new short[Frames.Samples], _packet.AsSpan(12));
        }

        public int Receive(Span<byte> datagram, out SourceAddress source, out TimeSpan arrival)
        {
            (source, arrival) = (_source, TimeSpan.MaxValue);
            _isEmpty = !_isEmpty;
            if (!_isEmpty)
            {
                return -1;
            }

            BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), _sequence++);
            BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(4), _timestamp);
            _timestamp += Frames.Samples;
            _packet.CopyTo(datagram);
            return _packet.Length;
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

    /// <summary>RTCP that never comes.</summary>
    private sealed class SilentPort : IPacketPort
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
