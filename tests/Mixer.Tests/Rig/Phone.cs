using System.Net;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Mixer.Tests.Rig;

/// <summary>The other end of a leg: says a tone of its own, hears what the leg sends. Packets only, no network of its own.</summary>
internal sealed class Phone
{
    private readonly OutboundAudio _sender;
    private readonly IAudioEncoder _encoder;
    private readonly IAudioDecoder _decoder;
    private readonly ToneGenerator _tone;
    private readonly short[] _frame;
    private readonly byte[] _payload = new byte[1275];
    private readonly byte[] _packet = new byte[OutboundAudio.MaxDatagramLength];
    private readonly List<short> _heard;
    private readonly short[] _decoded = new short[48 * 120];
    private int _sent;

    /// <param name="toneHz">What it says; a multiple of 50 Hz has whole periods in every frame.</param>
    /// <param name="format">What it speaks.</param>
    /// <param name="endPoint">Where it is.</param>
    /// <param name="ptimeMs">Its packet length.</param>
    public Phone(double toneHz, AudioFormat format, IPEndPoint endPoint, int ptimeMs = 20)
    {
        ToneHz = toneHz;
        Format = format;
        EndPoint = endPoint;
        Address = SourceAddress.From(endPoint);
        _frame = new short[format.SamplesPerFrame];
        _heard = new List<short>(format.SampleRateHz * 60);
        _tone = new ToneGenerator(toneHz, levelDbov: -20, format.SampleRateHz);
        _encoder = AudioCodecs.CreateEncoder(format);
        _decoder = AudioCodecs.CreateDecoder(format);
        _sender = new OutboundAudio((uint)(1000 + toneHz), new SequenceNumber(65_500), new RtpTimestamp(uint.MaxValue - 5000));
        _sender.Configure(PayloadType, ptimeMs, format);
    }

    public double ToneHz { get; }

    public AudioFormat Format { get; }

    public IPEndPoint EndPoint { get; }

    public SourceAddress Address { get; }

    public byte PayloadType => Format.Codec switch
    {
        AudioCodec.Pcma => 8,
        AudioCodec.Pcmu => 0,
        AudioCodec.G722 => 9,
        _ => 111,
    };

    /// <summary>How much louder than -20 dBov it says its tone [dB].</summary>
    public double LevelDb { get; set; }

    /// <summary>It says its tone; otherwise silence, in packets.</summary>
    public bool Talks { get; set; } = true;

    /// <summary>It sends packets at all.</summary>
    public bool Sends { get; set; } = true;

    /// <summary>One in so many of its packets is lost on the way; 0: none.</summary>
    public int LosesOneIn { get; set; }

    /// <summary>Packets of Opus with a copy of the one before them that it has received.</summary>
    public int CopiesReceived { get; private set; }

    /// <summary>Everything it has heard.</summary>
    public IReadOnlyList<short> Heard => _heard;

    /// <summary>Headers of what it has received, when <see cref="KeepsHeaders"/>.</summary>
    public List<RtpHeader> Headers { get; } = [];

    public bool KeepsHeaders { get; set; }

    /// <summary>RTP packets received.</summary>
    public int PacketsReceived { get; private set; }

    /// <summary>What its SDP would say.</summary>
    public LegMedia Media => new()
    {
        Format = Format,
        SendPayloadType = PayloadType,
        ReceivePayloadType = PayloadType,
        ReceiveTelephoneEventType = 101,
        Remote = EndPoint,
    };

    /// <summary>The header of a packet that takes the place of the next 20 ms of voice.</summary>
    public RtpHeader NextHeader()
    {
        _sender.Append(_payload.AsSpan(0, 160));
        Assert.True(_sender.WritePacket(_packet) > 0);
        Assert.True(RtpPacket.TryRead(_packet, out RtpPacket packet));
        return packet.Header;
    }

    /// <summary>Says 20 ms; calls back for each packet that this makes.</summary>
    public void Say(DeliverPacket send)
    {
        if (!Sends)
        {
            _sender.Skip(20);
            return;
        }

        _tone.Write(_frame);
        double gain = Math.Pow(10, LevelDb / 20);
        for (int i = 0; LevelDb != 0 && i < _frame.Length; i++)
        {
            _frame[i] = (short)(_frame[i] * gain);
        }

        if (!Talks)
        {
            Array.Clear(_frame);
        }

        _sender.Append(_payload.AsSpan(0, _encoder.Encode(_frame, _payload)));
        while (_sender.WritePacket(_packet) is > 0 and int length)
        {
            if (LosesOneIn == 0 || ++_sent % LosesOneIn != 0)
            {
                send(_packet.AsSpan(0, length));
            }
        }
    }

    /// <summary>Takes a packet from the leg.</summary>
    public void Hear(ReadOnlySpan<byte> datagram)
    {
        if (PacketKinds.Classify(datagram) == PacketKind.Rtcp)
        {
            return;     // of a neighbour, whose RTCP port the system gave to this phone
        }

        Assert.True(RtpPacket.TryRead(datagram, out RtpPacket packet));
        Assert.Equal(PayloadType, packet.Header.PayloadType);
        PacketsReceived++;
        CopiesReceived += Format.Codec == AudioCodec.Opus && OpusPacket.TryRead(packet.Payload, out OpusPacket opus) && opus.HasCopyOfLast ? 1 : 0;
        if (KeepsHeaders)
        {
            Headers.Add(packet.Header);
        }

        int count = _decoder.Decode(packet.Payload, _decoded);
        for (int i = 0; i < count; i++)
        {
            _heard.Add(_decoded[i]);
        }
    }

    /// <summary>Level of a frequency in the last frames heard [dBov].</summary>
    public double LevelOf(double toneHz, int frames = 5) => LevelOf(toneHz, Heard.Count - (frames * Format.SamplesPerFrame), frames);

    /// <summary>Level of a frequency from one sample on [dBov].</summary>
    public double LevelOf(double toneHz, int from, int frames)
    {
        short[] piece = [.. _heard.Skip(from).Take(frames * Format.SamplesPerFrame)];
        Assert.Equal(frames * Format.SamplesPerFrame, piece.Length);
        return Goertzel.MeasureDbov(piece, toneHz, Format.SampleRateHz);
    }

    /// <summary>It has heard another phone in the last frames, at the level it speaks with.</summary>
    public bool Hears(Phone other, int frames = 5) => LevelOf(other.ToneHz, frames) > -26;

    /// <summary>Of another phone nothing at all was in the last frames.</summary>
    public bool HearsNothingOf(Phone other, int frames = 5) => LevelOf(other.ToneHz, frames) < -55;
}

/// <summary>Puts a packet on its way.</summary>
internal delegate void DeliverPacket(ReadOnlySpan<byte> datagram);
