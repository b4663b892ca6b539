using System.Buffers.Binary;
using System.Net;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Phones;

/// <summary>What was agreed for the media of one call, from the phone's side.</summary>
/// <param name="Remote">Where RTP goes.</param>
/// <param name="Codec">Codec in both directions.</param>
/// <param name="TelephoneEventType">Payload type for keys; null when not agreed.</param>
/// <param name="PtimeMs">Packet time of what the phone sends [ms].</param>
/// <param name="Sends">Whether the phone may send.</param>
public sealed record PhoneMediaAgreement(IPEndPoint Remote, PhoneCodec Codec, byte? TelephoneEventType, int PtimeMs, bool Sends);

/// <summary>One voice packet that the phone sent.</summary>
/// <param name="At">When.</param>
/// <param name="ClipSample">Place of its first sample in what was being played, counted over repetitions; -1 for silence.</param>
public readonly record struct SentFrame(TimeSpan At, long ClipSample);

/// <summary>RTP side of one test phone: sends a clip, silence or keys; notes all that comes in.</summary>
/// <remarks>Commands from any thread; packets are handled on the <see cref="PhoneMediaLoop"/>.</remarks>
public sealed class PhoneMedia : IDisposable
{
    private const int HeaderBytes = 12;
    private const int SamplesPerMs = 8;
    private const byte VolumeDbm0 = 10;

    private readonly RtpSocket _socket;
    private readonly Lock _gate = new();
    private readonly bool _records;
    private readonly TimeSpan _phase;
    private readonly byte[] _packet = new byte[HeaderBytes + 480];
    private readonly byte[] _received = new byte[2048];
    private readonly uint _ssrc = (uint)Random.Shared.NextInt64(1, uint.MaxValue);
    private readonly List<SentFrame> _sent = [];
    private readonly KeyQueue _keys = new();

    private PhoneMediaAgreement? _agreement;
    private LateKeyPacket? _late;
    private VoiceClip? _clip;
    private bool _repeats;
    private long _clipPosition;
    private bool _isSilent;
    private bool _isClosed;
    private bool _isRunning;
    private bool _nextIsMarked = true;
    private ushort _sequence = (ushort)Random.Shared.Next(65536);
    private uint _timestamp = (uint)Random.Shared.NextInt64(uint.MaxValue);

    /// <summary>Binds the port.</summary>
    /// <param name="address">Local address.</param>
    /// <param name="records">Whether every packet is kept; else only counters are.</param>
    /// <param name="phase">Place of the phone's deadlines within their period; spreads many phones over it.</param>
    public PhoneMedia(IPAddress address, bool records, TimeSpan phase = default)
    {
        _socket = RtpSocket.Open(address);
        _records = records;
        _phase = phase;
    }

    /// <summary>Own RTP end point.</summary>
    public IPEndPoint Local => _socket.Local;

    /// <summary>What came in, when the phone records.</summary>
    public HeardAudio Heard { get; } = new();

    /// <summary>Counters of what came in.</summary>
    public ReceptionCounters Reception { get; } = new();

    /// <summary>Voice packets sent so far, when the phone records.</summary>
    public IReadOnlyList<SentFrame> Sent
    {
        get
        {
            lock (_gate)
            {
                return [.. _sent];
            }
        }
    }

    /// <summary>Says this from the next frame on.</summary>
    /// <param name="clip">The sound; null for silence.</param>
    /// <param name="repeats">Over and over, or once and then silence.</param>
    public void Play(VoiceClip? clip, bool repeats = true)
    {
        lock (_gate)
        {
            _clip = clip;
            _repeats = repeats;
            _clipPosition = 0;
        }
    }

    /// <summary>Stops sending packets at all, as phones with silence suppression do, or goes on.</summary>
    public void SetSilent(bool isSilent)
    {
        lock (_gate)
        {
            _nextIsMarked |= _isSilent && !isSilent;
            _isSilent = isSilent;
        }
    }

    /// <summary>Presses keys as telephone-events and waits until the last one is sent with its pause.</summary>
    /// <exception cref="InvalidOperationException">telephone-event was not agreed.</exception>
    public Task PressAsync(string keys, KeyPress? press = null)
    {
        lock (_gate)
        {
            return _agreement?.TelephoneEventType is null
                ? throw new InvalidOperationException("telephone-event was not agreed.")
                : _keys.Add(keys, press ?? new KeyPress(), _agreement.PtimeMs);
        }
    }

    /// <summary>When a sample of the clip was sent; null when it was not, or not recorded.</summary>
    public TimeSpan? SentAt(long clipSample)
    {
        foreach (SentFrame frame in Sent)
        {
            if (frame.ClipSample >= 0 && clipSample >= frame.ClipSample && clipSample < frame.ClipSample + (20 * SamplesPerMs))
            {
                return frame.At + TimeSpan.FromSeconds((clipSample - frame.ClipSample) / 8000.0);
            }
        }

        return null;
    }

    /// <summary>Closes the port; the loop drops the phone at its next deadline.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _keys.Abandon();
            _socket.Dispose();
        }
    }

    /// <summary>Starts the clock, or takes over what a re-INVITE changed.</summary>
    internal void Configure(PhoneMediaAgreement agreement, PhoneMediaLoop loop)
    {
        lock (_gate)
        {
            if (_agreement is null || !_agreement.Remote.Equals(agreement.Remote))
            {
                _socket.Connect(agreement.Remote);
            }

            _agreement = agreement;
            if (!_isRunning)
            {
                _isRunning = true;
                loop.Add(this);
            }
        }
    }

    internal TimeSpan FirstDeadline(TimeSpan now)
    {
        TimeSpan period = TimeSpan.FromMilliseconds(_agreement!.PtimeMs);
        return (Math.Ceiling((now - _phase) / period) * period) + _phase;
    }

    /// <summary>SSRC, sequence number and timestamp of the next voice packet: what somebody would have to guess who wants to slip a packet in.</summary>
    public (uint Ssrc, ushort Sequence, uint Timestamp) Position
    {
        get
        {
            lock (_gate)
            {
                return (_ssrc, _sequence, _timestamp);
            }
        }
    }

    /// <summary>One turn: everything that came in, then one packet out.</summary>
    /// <returns>The next deadline; null when the phone is closed.</returns>
    internal TimeSpan? OnDeadline(TimeSpan deadline)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return null;
            }

            Drain();
            PhoneMediaAgreement agreement = _agreement!;
            int samples = agreement.PtimeMs * SamplesPerMs;
            if (agreement.Sends)
            {
                if (!SendKeyPackets(agreement))
                {
                    SendVoice(agreement, samples);
                }
            }

            _timestamp += (uint)samples;
            return deadline + TimeSpan.FromMilliseconds(agreement.PtimeMs);
        }
    }

    private void Drain()
    {
        int length;
        while ((length = _socket.Receive(_received, out TimeSpan arrival)) >= 0)
        {
            ReadOnlySpan<byte> datagram = _received.AsSpan(0, length);
            if (length < HeaderBytes || datagram[0] >> 6 != 2)
            {
                Reception.NoteForeign();
                continue;
            }

            ushort sequence = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
            uint timestamp = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]);
            uint ssrc = BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]);
            int type = datagram[1] & 0x7F;
            Reception.Note(arrival, sequence, timestamp, ssrc, length);
            if (_records && type is (int)PhoneCodec.Pcma or (int)PhoneCodec.Pcmu)
            {
                int skip = HeaderBytes + (4 * (datagram[0] & 15));
                Heard.Add(new HeardPacket(arrival, sequence, timestamp, (PhoneCodec)type, datagram[skip..].ToArray()));
            }
        }
    }

    private void SendVoice(PhoneMediaAgreement agreement, int samples)
    {
        if (_isSilent)
        {
            return;
        }

        Span<byte> payload = _packet.AsSpan(HeaderBytes, samples);
        long position = -1;
        int filled = 0;
        if (_clip is { } clip)
        {
            position = _clipPosition;
            while (filled < samples && (_repeats || _clipPosition < clip.Length))
            {
                int read = clip.Read(agreement.Codec, (int)(_clipPosition % clip.Length), payload[filled..]);
                filled += read;
                _clipPosition += read;
            }

            position = filled == 0 ? -1 : position;
        }

        payload[filled..].Fill(G711.Silence(agreement.Codec));
        WriteHeader((byte)agreement.Codec, _nextIsMarked, _sequence++, _timestamp);
        _nextIsMarked = false;
        TimeSpan now = MonotonicTime.Now;
        _socket.Send(_packet.AsSpan(0, HeaderBytes + samples));
        if (_records)
        {
            _sent.Add(new SentFrame(now, position));
        }
    }

    // True when this frame belongs to a key alone, so that it carries no voice.
    private bool SendKeyPackets(PhoneMediaAgreement agreement)
    {
        LateKeyPacket? late = _late;
        _late = null;
        bool replacesVoice = false;
        if (_keys.TryTakeFrame(_timestamp, out KeyTransmission? packet) && packet is not null)
        {
            replacesVoice = !packet.KeepsVoice;
            // Lost and late packets take their sequence number like all others.
            LateKeyPacket now = new(packet, _sequence++, _keys.KeyTimestamp + (uint)packet.Content.TimestampOffset);
            if (packet.IsLate)
            {
                _late = now;
            }
            else
            {
                SendKeyPacket(agreement, now);
            }
        }

        if (late is { } held)
        {
            SendKeyPacket(agreement, held);
        }

        return replacesVoice;
    }

    private void SendKeyPacket(PhoneMediaAgreement agreement, LateKeyPacket key)
    {
        KeyPacket content = key.Packet.Content;
        WriteHeader(agreement.TelephoneEventType!.Value, content.IsMarked, key.Sequence, key.Timestamp);
        _packet[HeaderBytes] = content.Event;
        _packet[HeaderBytes + 1] = (byte)((content.IsEnd ? 0x80 : 0) | VolumeDbm0);
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(HeaderBytes + 2), content.Duration);
        for (int copy = 0; copy < key.Packet.Copies; copy++)
        {
            _socket.Send(_packet.AsSpan(0, HeaderBytes + 4));
        }
    }

    private void WriteHeader(byte payloadType, bool isMarked, ushort sequence, uint timestamp)
    {
        _packet[0] = 0x80;
        _packet[1] = (byte)(payloadType | (isMarked ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(4), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(8), _ssrc);
    }

    private readonly record struct LateKeyPacket(KeyTransmission Packet, ushort Sequence, uint Timestamp);
}
