using System.Buffers.Binary;

namespace PhoneBridge.Media.Srtp;

/// <summary>SRTP and SRTCP of one leg (RFC 3711, RFC 7714): protects what is sent and opens what was received, both in place.</summary>
/// <remarks>
/// Roll-over counters start at zero with the session and run on through it; the peer's streams are kept apart by SSRC, and a new SSRC is
/// taken up when its first packet is authentic. Made by any thread, then owned by the leg's loop; allocates nothing managed
/// after it was made. A packet that is refused changes nothing but the counters.
/// </remarks>
public sealed class SrtpSession : IDisposable
{
    /// <summary>Room that must be left behind a packet to be protected [bytes]: tag, index and what the library may write there.</summary>
    public const int MaxTrailerLength = 16 + SrtpKeys.MaxIdentifierLength;

    // An SSRC changes when a gateway switches the far end; each costs memory that only the end of the session frees.
    private const int MaxSources = 64;

    private const int RtpSsrcAt = 8, RtcpSsrcAt = 4;
    private const int ShortestPacket = 12;

    private readonly SrtpHandle _sender;
    private readonly SrtpHandle _receiver;
    private readonly uint _hasIdentifier;
    private readonly uint[] _sources = new uint[MaxSources];
    private int _sourceCount;

    /// <summary>Makes both directions.</summary>
    /// <param name="keys">Owned by the session from now on: erased with it.</param>
    /// <exception cref="InvalidOperationException">libsrtp2 is missing, or cannot do this.</exception>
    public SrtpSession(SrtpKeys keys)
    {
        if (!SrtpLibrary.Suites.Contains(keys.Suite))
        {
            throw new InvalidOperationException($"There is no SRTP with {keys.Suite} on this machine.");
        }

        Keys = keys;
        _hasIdentifier = keys.IdentifierLength > 0 ? 1u : 0u;
        _sender = Create(isSender: true);
        _receiver = Create(isSender: false);
    }

    /// <summary>What it was made of.</summary>
    public SrtpKeys Keys { get; }

    /// <summary>Packets that were not opened, of SRTP and SRTCP.</summary>
    public long Refused { get; private set; }

    /// <summary>Protects an RTP packet.</summary>
    /// <param name="room">The packet, with room for <see cref="MaxTrailerLength"/> behind it.</param>
    /// <param name="length">Length of the packet, then of the protected one [bytes].</param>
    /// <returns>False when it cannot be protected; it must not be sent then.</returns>
    public unsafe bool TryProtectRtp(Span<byte> room, ref int length)
    {
        CheckRoom(room, length);
        fixed (byte* packet = room)
        fixed (int* count = &length)
        {
            return SrtpNative.Protect(_sender, packet, count) == SrtpNative.Ok;
        }
    }

    /// <summary>Protects a compound RTCP packet; otherwise as <see cref="TryProtectRtp"/>.</summary>
    public unsafe bool TryProtectRtcp(Span<byte> room, ref int length)
    {
        CheckRoom(room, length);
        fixed (byte* packet = room)
        fixed (int* count = &length)
        {
            return SrtpNative.ProtectRtcp(_sender, packet, count) == SrtpNative.Ok;
        }
    }

    /// <summary>Opens an SRTP packet in place. Never throws, whatever came from the network.</summary>
    /// <param name="packet">The datagram; spoilt unless it is accepted.</param>
    /// <param name="length">Length of the RTP packet in it [bytes]; 0 unless it is accepted.</param>
    public unsafe SrtpOutcome UnprotectRtp(Span<byte> packet, out int length)
    {
        length = 0;
        if (!MayBeTaken(packet, RtpSsrcAt, out uint source, out SrtpOutcome why))
        {
            return Refuse(why);
        }

        int count = packet.Length;
        fixed (byte* bytes = packet)
        {
            return Judge(SrtpNative.Unprotect(_receiver, bytes, &count, _hasIdentifier), source, count, ref length);
        }
    }

    /// <summary>Opens an SRTCP packet in place; otherwise as <see cref="UnprotectRtp"/>.</summary>
    public unsafe SrtpOutcome UnprotectRtcp(Span<byte> packet, out int length)
    {
        length = 0;
        if (!MayBeTaken(packet, RtcpSsrcAt, out uint source, out SrtpOutcome why))
        {
            return Refuse(why);
        }

        int count = packet.Length;
        fixed (byte* bytes = packet)
        {
            return Judge(SrtpNative.UnprotectRtcp(_receiver, bytes, &count, _hasIdentifier), source, count, ref length);
        }
    }

    /// <summary>Erases the keys of a session that others have replaced. On the loop, where its contexts are left to their finalizers.</summary>
    public void Retire() => Keys.Erase();

    /// <summary>Frees the contexts and erases the keys. When no loop uses it any more.</summary>
    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
        Keys.Erase();
    }

    private SrtpHandle Create(bool isSender) =>
        SrtpHandle.TryCreate(Keys, isSender) ?? throw new InvalidOperationException($"libsrtp2 makes no context for {Keys.Suite}.");

    private SrtpOutcome Judge(int status, uint source, int count, ref int length)
    {
        if (status != SrtpNative.Ok)
        {
            return Refuse(status is SrtpNative.ReplayFail or SrtpNative.ReplayOld ? SrtpOutcome.Replayed : SrtpOutcome.NotAuthentic);
        }

        if (!_sources.AsSpan(0, _sourceCount).Contains(source))
        {
            _sources[_sourceCount++] = source;
        }

        length = count;
        return SrtpOutcome.Accepted;
    }

    private SrtpOutcome Refuse(SrtpOutcome outcome)
    {
        Refused++;
        return outcome;
    }

    private bool MayBeTaken(ReadOnlySpan<byte> packet, int ssrcAt, out uint source, out SrtpOutcome why)
    {
        why = packet.Length < ShortestPacket ? SrtpOutcome.NotAuthentic : SrtpOutcome.TooManySources;
        source = packet.Length < ShortestPacket ? 0 : BinaryPrimitives.ReadUInt32BigEndian(packet[ssrcAt..]);
        return packet.Length >= ShortestPacket && (_sourceCount < MaxSources || _sources.AsSpan().Contains(source));
    }

    private static void CheckRoom(ReadOnlySpan<byte> room, int length) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, room.Length - MaxTrailerLength);
}
