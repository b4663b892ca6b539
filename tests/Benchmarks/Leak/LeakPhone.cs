using System.Buffers.Binary;
using System.Net;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Streams;
using PhoneBridge.Mixer;
using PhoneBridge.Mixer.Io;

namespace PhoneBridge.Benchmarks.Leak;

/// <summary>
/// The other end of a leg and the leg's port in one: says a tone of whole periods in each frame, so that all its packets carry the same
/// payload, and gives what the leg sends to a listener. Allocates nothing per packet.
/// </summary>
internal sealed class LeakPhone : IPacketPort
{
    private const int HeaderBytes = 12;

    private readonly byte[] _voice, _silence;
    private readonly SourceAddress _source;
    private readonly IPEndPoint _endPoint;
    private readonly byte[] _packet = new byte[HeaderBytes + ToneBank.FrameSamples];
    private readonly Action<int, ReadOnlySpan<byte>> _onHeard;
    private readonly int _number;
    private ushort _sequence = 65_000;
    private uint _timestamp = uint.MaxValue - 3000;
    private bool _isDue;

    /// <summary>Makes a phone for one leg.</summary>
    /// <param name="number">Its number, which is that of its tone.</param>
    /// <param name="call">How many legs it has had before: another port and stream each time.</param>
    /// <param name="tone">One frame of its tone.</param>
    /// <param name="onHeard">Hears its number and the A-law payload of each packet from its leg.</param>
    public LeakPhone(int number, int call, short[] tone, Action<int, ReadOnlySpan<byte>> onHeard)
    {
        _number = number;
        _onHeard = onHeard;
        _endPoint = new IPEndPoint(new IPAddress([192, 0, 2, (byte)(number + 1)]), 4000 + (2 * (call % 20_000)));
        _source = SourceAddress.From(_endPoint);
        _voice = new byte[ToneBank.FrameSamples];
        _silence = new byte[ToneBank.FrameSamples];
        ALaw.Encode(tone, _voice);
        ALaw.Encode(new short[ToneBank.FrameSamples], _silence);
        _packet[0] = 0x80;
        _packet[1] = 8;
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(8), (uint)((call * 1000) + number + 1));
    }

    /// <summary>It says its tone; otherwise silence, in packets.</summary>
    public bool Talks { get; set; }

    /// <summary>What its SDP would say.</summary>
    public LegMedia Media => new()
    {
        Format = AudioFormat.Pcma,
        SendPayloadType = 8,
        ReceivePayloadType = 8,
        Remote = _endPoint,
    };

    /// <summary>A packet of it has arrived at the leg's port.</summary>
    public void Say() => _isDue = true;

    /// <inheritdoc/>
    public int Receive(Span<byte> datagram, out SourceAddress source, out TimeSpan arrival)
    {
        (source, arrival) = (_source, TimeSpan.MaxValue);
        if (!_isDue)
        {
            return -1;
        }

        _isDue = false;
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), _sequence++);
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(4), _timestamp);
        _timestamp += ToneBank.FrameSamples;
        (Talks ? _voice : _silence).CopyTo(_packet.AsSpan(HeaderBytes));
        _packet.CopyTo(datagram);
        return _packet.Length;
    }

    /// <inheritdoc/>
    public bool Send(ReadOnlySpan<byte> datagram, SourceAddress target)
    {
        if (datagram.Length == HeaderBytes + ToneBank.FrameSamples && (datagram[1] & 0x7F) == 8)
        {
            _onHeard(_number, datagram[HeaderBytes..]);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Connect(SourceAddress peer)
    {
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
