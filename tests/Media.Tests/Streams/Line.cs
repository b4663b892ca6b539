using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Streams;

/// <summary>A talker with a 1 kHz tone, a line that loses, delays and repeats packets by a seed, and a leg that is read every 20 ms of virtual time.</summary>
internal sealed class Line(int seed = 1, double readPhaseMs = 19, AudioFormat? format = null)
{
    private readonly Random _random = new(seed);
    private readonly PriorityQueue<byte[], (double Time, int Order)> _underway = new();
    private readonly ToneGenerator _tone = new(1000, -20, (format ?? AudioFormat.Pcma).SampleRateHz);
    private readonly IAudioEncoder _encoder = AudioCodecs.CreateEncoder(format ?? AudioFormat.Pcma, new OpusSettings { Complexity = 0 });
    private readonly StreamPair _pair = new(format);
    private readonly Queue<byte[]> _waiting = new();
    private readonly byte[] _payload = new byte[1500];
    private double _encodedMs;
    private int _encodedLength;
    private double _nextSend;
    private double _nextRead = readPhaseMs;
    private int _order;

    public InboundAudio Inbound => _pair.Inbound;

    public double PtimeMs { get; set; } = 20;

    /// <summary>Says noise, in which no period can be found, instead of its tone.</summary>
    public bool SaysNoise { get; init; }

    public double LossShare { get; set; }

    /// <summary>The leg is told the time of the read at which a packet was there, not that of its arrival.</summary>
    public bool KnowsArrivalsAtReads { get; init; }

    /// <summary>Extra way of a packet [ms], uniform from 0.</summary>
    public double JitterMs { get; set; }

    /// <summary>Extra way of the next packet [ms]; in place of <see cref="JitterMs"/> when set.</summary>
    public Func<double>? Way { get; init; }

    /// <summary>Time from the sending of what was read last until it was read [ms]; right until the stream begins anew.</summary>
    public double AddedDelayMs { get; private set; }

    /// <summary>Share of packets that take <see cref="DetourMs"/> more.</summary>
    public double DetourShare { get; set; }

    public double DetourMs { get; set; } = 25;

    public double DuplicateShare { get; set; }

    /// <summary>How much faster the talker's clock runs [ppm].</summary>
    public double DriftPpm { get; set; }

    /// <summary>Nothing arrives before this time [ms].</summary>
    public double StalledUntil { get; set; }

    /// <summary>The talker sends nothing, his clock runs on.</summary>
    public bool IsPaused { get; set; }

    public int Sequence { get; set; }

    public long Timestamp { get; set; }

    public uint Ssrc { get; set; } = 1;

    public double NowMs { get; private set; }

    public int MaxDelayMs { get; set; }

    public int Sent { get; private set; }

    public List<FrameKind> Kinds { get; } = [];

    /// <summary>Runs the line; returns the kinds of the frames read.</summary>
    public IReadOnlyList<FrameKind> Run(double seconds)
    {
        int from = Kinds.Count;
        MaxDelayMs = 0;
        double end = NowMs + (seconds * 1000);
        while (true)
        {
            double arrival = _underway.TryPeek(out _, out (double Time, int Order) first) ? Math.Max(first.Time, StalledUntil) : double.MaxValue;
            NowMs = Math.Min(Math.Min(_nextSend, _nextRead), arrival);
            if (NowMs >= end)
            {
                NowMs = end;
                return Kinds[from..];
            }

            _pair.Now = TimeSpan.FromMilliseconds(1_000_000 + NowMs);
            if (NowMs == arrival)
            {
                if (KnowsArrivalsAtReads)
                {
                    _waiting.Enqueue(_underway.Dequeue());
                }
                else
                {
                    _pair.Receive(_underway.Dequeue());
                }
            }
            else if (NowMs == _nextSend)
            {
                Send();
            }
            else
            {
                while (_waiting.TryDequeue(out byte[]? packet))
                {
                    _pair.Receive(packet);
                }

                Kinds.Add(_pair.Read(out short[] frame));
                LastFrame = frame;
                AddedDelayMs = NowMs + 20 - (Inbound.Chain!.Jitter.PlayPoint * 1000.0 / _pair.Format.SampleRateHz);
                MaxDelayMs = Math.Max(MaxDelayMs, Inbound.PlayoutDelayMs);
                _nextRead += 20;
            }
        }
    }

    public short[] LastFrame { get; private set; } = [];

    private void Send()
    {
        // A codec without state makes the same packet of every whole millisecond of this tone.
        if (SaysNoise || PtimeMs != _encodedMs || PtimeMs % 1 != 0 || _pair.Format.Codec is not (AudioCodec.Pcma or AudioCodec.Pcmu))
        {
            short[] pcm = new short[(int)(PtimeMs * _pair.Format.SampleRateHz / 1000)];
            _tone.Write(pcm);
            for (int i = 0; SaysNoise && i < pcm.Length; i++)
            {
                pcm[i] = (short)_random.Next(-5000, 5000);
            }

            _encodedMs = PtimeMs;
            _encodedLength = IsPaused ? _encodedLength : _encoder.Encode(pcm, _payload);
        }

        if (!IsPaused)
        {
            byte[] packet = StreamPair.Packet(Sequence++, Timestamp, _payload.AsSpan(0, _encodedLength), Ssrc);
            Sent++;
            if (_random.NextDouble() >= LossShare)
            {
                double way = (Way?.Invoke() ?? (_random.NextDouble() * JitterMs)) + (_random.NextDouble() < DetourShare ? DetourMs : 0);
                _underway.Enqueue(packet, (NowMs + way, _order++));
                if (_random.NextDouble() < DuplicateShare)
                {
                    _underway.Enqueue(packet, (NowMs + way + 3, _order++));
                }
            }
        }

        Timestamp += (long)(PtimeMs * _pair.Format.ClockRateHz / 1000);
        _nextSend += PtimeMs * (1 - (DriftPpm * 1e-6));
    }
}
