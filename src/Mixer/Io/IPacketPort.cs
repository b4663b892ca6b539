using PhoneBridge.Media.Streams;

namespace PhoneBridge.Mixer.Io;

/// <summary>One UDP port of a leg: a socket, or two ends in memory in tests. Neither waits nor allocates. One thread at a time.</summary>
internal interface IPacketPort : IDisposable
{
    /// <summary>Takes the next datagram.</summary>
    /// <param name="datagram">Room; what does not fit is cut off.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="arrival">When it arrived, on the monotonic clock of the media path; <see cref="TimeSpan.MaxValue"/> when that is not known.</param>
    /// <returns>Its length [bytes]; -1 when there is none.</returns>
    int Receive(Span<byte> datagram, out SourceAddress source, out TimeSpan arrival);

    /// <summary>Sends a datagram; false when it could not be handed to the network.</summary>
    bool Send(ReadOnlySpan<byte> datagram, SourceAddress target);

    /// <summary>From now on only datagrams of this peer come in, held to it by the kernel.</summary>
    void Connect(SourceAddress peer);

    /// <summary>Takes <see cref="Connect"/> back: datagrams of anyone come in again.</summary>
    void Disconnect();
}
