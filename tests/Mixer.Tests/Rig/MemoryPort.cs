using PhoneBridge.Media.Streams;
using PhoneBridge.Mixer.Io;

namespace PhoneBridge.Mixer.Tests.Rig;

/// <summary>A UDP port in memory: what is delivered is received, what is sent goes to a listener. Allocates nothing after it was made.</summary>
internal sealed class MemoryPort : IPacketPort
{
    private readonly (byte[] Bytes, int Length, SourceAddress Source, TimeSpan Arrival)[] _arrived =
        [.. Enumerable.Range(0, 64).Select(_ => (new byte[2048], 0, default(SourceAddress), TimeSpan.MaxValue))];
    private int _head, _count;

    /// <summary>Hears everything that is sent.</summary>
    public SentPacket? OnSent { get; set; }

    /// <summary>Arrival time of what is delivered from now on; none until it is set.</summary>
    public TimeSpan Now { get; set; } = TimeSpan.MaxValue;

    public bool IsDisposed { get; private set; }

    /// <summary>Who the port is connected to, if anyone.</summary>
    public SourceAddress? ConnectedTo { get; private set; }

    /// <summary>Puts a datagram on the wire towards this port; lost when the peer is not the one connected to, or the buffer is full.</summary>
    public void Deliver(ReadOnlySpan<byte> datagram, SourceAddress source)
    {
        if (_count == _arrived.Length || (ConnectedTo is { } peer && peer != source))
        {
            return;
        }

        ref (byte[] Bytes, int Length, SourceAddress Source, TimeSpan Arrival) slot = ref _arrived[(_head + _count++) % _arrived.Length];
        datagram.CopyTo(slot.Bytes);
        (slot.Length, slot.Source, slot.Arrival) = (datagram.Length, source, Now);
    }

    public int Receive(Span<byte> datagram, out SourceAddress source, out TimeSpan arrival)
    {
        if (_count == 0)
        {
            (source, arrival) = (default, TimeSpan.MaxValue);
            return -1;
        }

        (byte[] bytes, int length, source, arrival) = _arrived[_head];
        _head = (_head + 1) % _arrived.Length;
        _count--;
        bytes.AsSpan(0, length).CopyTo(datagram);
        return length;
    }

    public bool Send(ReadOnlySpan<byte> datagram, SourceAddress target)
    {
        OnSent?.Invoke(datagram, target);
        return true;
    }

    public void Connect(SourceAddress peer) => ConnectedTo = peer;

    public void Disconnect() => ConnectedTo = null;

    public void Dispose() => IsDisposed = true;
}

/// <summary>Hears of a datagram that a port sent.</summary>
internal delegate void SentPacket(ReadOnlySpan<byte> datagram, SourceAddress target);
