using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PhoneBridge.Testing.Audio;
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
    /// <summary>A longer time between two packets is counted: one packet is missing, or late by a whole frame.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(40);

    private const int HeaderBytes = 12;

    private readonly RtpSocket _socket;
    private readonly byte[] _packet = new byte[HeaderBytes + LoadVoice.FrameSamples];
    private readonly KeyQueue _keys = new();
    private readonly Lock _keysGate = new();
    private readonly int _talker;
    private readonly LoadVoice? _ownVoice;
    private LoadVoice _voice;
    private byte? _keyType;
    private ushort _sequence;
    private uint _timestamp;
    private bool _isClosed, _hasKeys;
    private bool _hasHeard;
    private ushort _lastSequence;
    private uint _lastTimestamp;
    private TimeSpan _lastArrival, _lastMarker;
    private long _voicePackets;

    /// <summary>Makes a phone and its port.</summary>
    /// <param name="address">Local address.</param>
    /// <param name="room">Its room.</param>
    /// <param name="talker">Its number among the room's talkers; -1 for a listener.</param>
    /// <param name="voice">What it says when it talks.</param>
    public LoadPhone(IPAddress address, LoadRoom room, int talker, LoadVoice? voice)
    {
        _socket = PortRange.Open(address);
        Room = room;
        _talker = talker;
        _ownVoice = voice;
        _voice = voice ?? LoadVoice.Silence;
        _packet[0] = 0x80;
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(8), (uint)Random.Shared.NextInt64(1, uint.MaxValue));
    }

    /// <summary>Its room.</summary>
    public LoadRoom Room { get; }

    /// <summary>Its number among the room's talkers; -1 for a listener.</summary>
    public int Talker => _talker;

    /// <summary>Own RTP end point.</summary>
    public IPEndPoint Local => _socket.Local;

    /// <summary>What it received while the measurement ran; to be read when that is over.</summary>
    public PhoneCounters Counters;

    /// <summary>Packets so far that were as loud as a voice.</summary>
    public long VoicePackets => Volatile.Read(ref _voicePackets);

    /// <summary>Lets it talk, if it is a talker, or be silent; packets flow in both cases.</summary>
    public void SetTalking(bool isTalking) => Volatile.Write(ref _voice, isTalking && _ownVoice is { } voice ? voice : LoadVoice.Silence);

    /// <summary>Sets where its packets go; before it is put on a loop.</summary>
    public void Connect(PhoneMediaAgreement agreement)
    {
        _socket.Connect(agreement.Remote);
        _keyType = agreement.TelephoneEventType;
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
            if (length > HeaderBytes && datagram[0] >> 6 == 2 && (datagram[1] & 0x7F) == (int)PhoneCodec.Pcma)
            {
                Hear(datagram, arrival, loop);
            }
        }

        Say(clockFrame);
        return true;
    }

    private void Say(long clockFrame)
    {
        _timestamp += LoadVoice.FrameSamples;
        if (Volatile.Read(ref _hasKeys) && SendKeyPacket())
        {
            return;
        }

        LoadVoice voice = Volatile.Read(ref _voice);
        long frame = _talker >= 0 ? Room.VoiceFrame(clockFrame, _talker) : clockFrame;
        voice.Frame(frame).CopyTo(_packet.AsSpan(HeaderBytes));
        WriteHeader((byte)PhoneCodec.Pcma, _timestamp);
        if (voice != LoadVoice.Silence && LoadVoice.IsMarker(frame))
        {
            Room.NoteMarker(_talker, MonotonicTime.Now);
        }

        _socket.Send(_packet);
    }

    // True when this frame belongs to a key and carries no voice.
    private bool SendKeyPacket()
    {
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
        WriteHeader((byte)(type | (content.IsMarked ? 0x80 : 0)), start + (uint)content.TimestampOffset);
        _packet[HeaderBytes] = content.Event;
        _packet[HeaderBytes + 1] = (byte)((content.IsEnd ? 0x80 : 0) | 10);
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(HeaderBytes + 2), content.Duration);
        _socket.Send(_packet.AsSpan(0, HeaderBytes + 4));
        return true;
    }

    private void WriteHeader(byte typeAndMarker, uint timestamp)
    {
        _packet[1] = typeAndMarker;
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), _sequence++);
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(4), timestamp);
    }

    private void Hear(ReadOnlySpan<byte> datagram, TimeSpan arrival, LoadLoop loop)
    {
        ushort sequence = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        uint timestamp = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]);
        byte peak = AlawPeak.Of(datagram[HeaderBytes..]);
        if (loop.IsMeasuring && _hasHeard)
        {
            Count(sequence, timestamp, arrival);
        }

        (_hasHeard, _lastSequence, _lastTimestamp, _lastArrival) = (true, sequence, timestamp, arrival);
        if (peak >= LoadVoice.VoicePeak)
        {
            Volatile.Write(ref _voicePackets, _voicePackets + 1);
        }

        if (peak >= LoadVoice.MarkerPeak && loop.IsMeasuring)
        {
            HearMarker(arrival, loop);
        }
    }

    private void Count(ushort sequence, uint timestamp, TimeSpan arrival)
    {
        short step = (short)(sequence - _lastSequence);
        int frames = (int)(timestamp - _lastTimestamp) / LoadVoice.FrameSamples;
        TimeSpan gap = arrival - _lastArrival;
        Counters.Packets++;
        Counters.Lost += step - 1;       // a packet that comes after its follower takes back its loss: step - 1 is negative then
        Counters.LeftOut += Math.Max(0, frames - step);
        Counters.Gaps += gap > Gap ? 1 : 0;
        Counters.LongestGap = gap > Counters.LongestGap ? gap : Counters.LongestGap;
    }

    private void HearMarker(TimeSpan arrival, LoadLoop loop)
    {
        if (!Room.TryFindMarker(arrival, out int talker, out TimeSpan sentAt) || talker == _talker)
        {
            Counters.WrongMarkers++;
        }
        else if (sentAt != _lastMarker)     // else the rest of one that was cut in two by the playout
        {
            _lastMarker = sentAt;
            Counters.Markers++;
            loop.Latency.Add(arrival - sentAt);
        }
    }
}
