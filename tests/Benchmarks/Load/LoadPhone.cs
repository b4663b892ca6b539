using System.Buffers.Binary;
using System.Net;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>
/// The media of one phone of a load: every 20 ms it takes in what has come and sends one packet, as a real phone does; nothing is
/// allocated or kept per packet, so that a thousand of them take a fraction of a core.
/// </summary>
/// <remarks>Turns run on its loop; the properties that change what it sends may be set by any thread.</remarks>
internal sealed class LoadPhone : IDisposable
{
    private const int HeaderBytes = 12;

    private readonly RtpSocket _socket;
    private readonly byte[] _packet = new byte[1600];
    private readonly KeyQueue _keys = new();
    private readonly Lock _keysGate = new();
    private readonly int _talker;
    private readonly LoadCodec _codec;
    private readonly LoadVoice _silence;
    private readonly LoadVoice? _ownVoice;
    private readonly PacketDelay _way;
    private LoadVoice _voice;
    private byte? _keyType;
    private ushort _sequence;
    private uint _timestamp;
    private bool _isClosed, _hasKeys;

    /// <summary>Makes a phone and its port.</summary>
    /// <param name="room">Its room.</param>
    /// <param name="talker">Its number among the room's talkers; -1 for a listener.</param>
    /// <param name="voices">The sounds of its codec.</param>
    /// <param name="voice">What it says when it talks; null for a listener.</param>
    /// <param name="way">Its packets' way to the bridge.</param>
    public LoadPhone(LoadRoom room, int talker, LoadVoices voices, LoadVoice? voice, PacketDelay way)
    {
        _socket = PortRange.Open(IPAddress.Loopback);
        Room = room;
        _talker = talker;
        _codec = voices.Codec;
        _silence = voices.Silence;
        _ownVoice = voice;
        _voice = voice ?? voices.Silence;
        _way = way;
        Reception = new LoadReception(this, voices.Codec);
        _packet[0] = 0x80;
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(8), (uint)Random.Shared.NextInt64(1, uint.MaxValue));
    }

    /// <summary>Its room.</summary>
    public LoadRoom Room { get; }

    /// <summary>The PIN that its caller uses.</summary>
    public required string Pin { get; init; }

    /// <summary>Its number among the room's talkers; -1 for a listener.</summary>
    public int Talker => _talker;

    /// <summary>Own RTP end point.</summary>
    public IPEndPoint Local => _socket.Local;

    /// <summary>What it receives.</summary>
    public LoadReception Reception { get; }

    /// <summary>Lets it talk, if it is a talker, or be silent; packets flow in both cases.</summary>
    public void SetTalking(bool isTalking) => Volatile.Write(ref _voice, isTalking && _ownVoice is { } voice ? voice : _silence);

    /// <summary>Sets where its packets go; before it is put on a loop.</summary>
    public void Connect(LoadAgreement agreement)
    {
        _socket.Connect(agreement.Remote);
        _keyType = agreement.KeyPayloadType;
    }

    /// <summary>Presses keys as telephone-events.</summary>
    /// <returns>Done when the last one is sent and its pause over.</returns>
    public Task PressAsync(string keys, KeyPress press)
    {
        lock (_keysGate)
        {
            Volatile.Write(ref _hasKeys, true);
            return _keys.Add(keys, press, LoadLoop.PeriodMs);
        }
    }

    /// <summary>Closes its port; the loop lets go of it.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isClosed, true);
        _socket.Dispose();
        Reception.Dispose();
    }

    /// <summary>One turn: everything that came in, then one packet out.</summary>
    /// <returns>False when it is closed.</returns>
    public bool Turn(long clockFrame, LoadLoop loop)
    {
        if (Volatile.Read(ref _isClosed))
        {
            return false;
        }

        int length;
        while ((length = _socket.Receive(loop.Buffer, out TimeSpan arrival)) >= 0)
        {
            ReadOnlySpan<byte> datagram = loop.Buffer.AsSpan(0, length);
            if (length > HeaderBytes && datagram[0] >> 6 == 2 && (datagram[1] & 0x7F) == _codec.PayloadType)
            {
                Reception.Hear(datagram, arrival, loop);
            }
        }

        Say(clockFrame, loop);
        return true;
    }

    /// <summary>The oldest packet that jitter held back leaves.</summary>
    public void SendDelayed(LoadLoop loop)
    {
        if (Volatile.Read(ref _isClosed) || _way.Take() is not { } packet)
        {
            return;
        }

        TimeSpan now = MonotonicTime.Now;
        if (packet.IsMarker)
        {
            Room.NoteMarker(_talker, now, packet.DueAt);
        }

        if (loop.IsMeasuring)
        {
            loop.Delays.Add(now - packet.DueAt);
        }

        _socket.Send(packet.Bytes.AsSpan(0, packet.Length));
    }

    private void Say(long clockFrame, LoadLoop loop)
    {
        _timestamp += (uint)_codec.TimestampsPerFrame;
        if (Volatile.Read(ref _hasKeys) && SendKeyPacket())
        {
            return;
        }

        LoadVoice voice = Volatile.Read(ref _voice);
        long frame = _talker >= 0 ? Room.VoiceFrame(clockFrame, _talker) : clockFrame;
        ReadOnlySpan<byte> payload = voice.Frame(frame);
        payload.CopyTo(_packet.AsSpan(HeaderBytes));
        WriteHeader(_codec.PayloadType, _timestamp);
        ReadOnlySpan<byte> packet = _packet.AsSpan(0, HeaderBytes + payload.Length);
        bool isMarker = voice.IsMarker(frame);
        if (_way.IsLost(mayBeLost: !isMarker))
        {
            loop.LostOnPurpose += loop.IsMeasuring ? 1 : 0;
        }
        else if (_way.IsDelayed)
        {
            long leaves = _way.Put(packet, isMarker, loop.Now);
            if (leaves > loop.Now)
            {
                loop.SendAt(leaves, this);
            }
            else
            {
                SendDelayed(loop);
            }
        }
        else
        {
            if (isMarker)
            {
                TimeSpan now = MonotonicTime.Now;
                Room.NoteMarker(_talker, now, now);
            }

            _socket.Send(packet);
        }
    }

    // True when this frame belongs to a key and carries no voice.
    private bool SendKeyPacket()
    {
        // The queue counts in 8000ths of a second.
        uint scale = (uint)_codec.TimestampsPerMs / 8;
        KeyTransmission? key;
        uint start;
        lock (_keysGate)
        {
            bool isPressing = _keys.TryTakeFrame(_timestamp, out key);
            Volatile.Write(ref _hasKeys, isPressing);
            start = _keys.KeyTimestamp;
        }

        if (key is null || _keyType is not { } type)
        {
            return false;
        }

        KeyPacket content = key.Content;
        WriteHeader((byte)(type | (content.IsMarked ? 0x80 : 0)), start + ((uint)content.TimestampOffset * scale));
        _packet[HeaderBytes] = content.Event;
        _packet[HeaderBytes + 1] = (byte)((content.IsEnd ? 0x80 : 0) | 10);
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(HeaderBytes + 2), (ushort)(content.Duration * scale));
        _socket.Send(_packet.AsSpan(0, HeaderBytes + 4));
        return true;
    }

    private void WriteHeader(byte typeAndMarker, uint timestamp)
    {
        _packet[1] = typeAndMarker;
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), _sequence++);
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(4), timestamp);
    }
}
