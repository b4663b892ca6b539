using System.Net;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Mixer;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Bridge.Calls;

/// <summary>What SDP and the media path have to agree on: the one place where one is translated to the other.</summary>
internal static class CallMedia
{
    /// <summary>The leg's media for what was negotiated.</summary>
    /// <param name="audio">The negotiated audio line.</param>
    /// <param name="signalling">Where the peer's signalling comes from.</param>
    /// <param name="trunk">The trunk of the call.</param>
    public static LegMedia ToLeg(NegotiatedAudio audio, IPAddress signalling, TrunkOptions trunk) => new()
    {
        Format = audio.Codec.EncodingName.Equals("PCMU", StringComparison.OrdinalIgnoreCase) ? AudioFormat.Pcmu : AudioFormat.Pcma,
        SendPayloadType = audio.SendPayloadType,
        ReceivePayloadType = audio.ReceivePayloadType,
        ReceiveTelephoneEventType = audio.ReceiveTelephoneEvent,
        Remote = audio.Remote,
        RemoteRtcp = audio.RemoteRtcp,
        RtcpMux = audio.RtcpMux,
        PtimeMs = audio.SendPtimeMs,
        Direction = audio.LocalDirection switch
        {
            SdpDirection.SendOnly => LegDirection.SendOnly,
            SdpDirection.ReceiveOnly => LegDirection.ReceiveOnly,
            SdpDirection.Inactive => LegDirection.Inactive,
            _ => LegDirection.SendReceive,
        },
        Latch = MustLearn(audio.Remote.Address, signalling, trunk) ? LegLatch.Learn : LegLatch.Signalled,
        SignallingAddress = signalling,
    };

    /// <summary>The peer has put us on hold: it does not want our audio (DLG7).</summary>
    public static bool IsHold(NegotiatedAudio audio) => !audio.LocalDirection.Sends();

    // RTP7: an address that cannot be the sender's seen from here is one behind a NAT.
    private static bool MustLearn(IPAddress media, IPAddress signalling, TrunkOptions trunk) =>
        trunk.MediaNat || (IsPrivate(media) && !media.Equals(signalling));

    private static bool IsPrivate(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(plain) || plain.IsIPv6LinkLocal || plain.IsIPv6UniqueLocal)
        {
            return true;
        }

        Span<byte> b = stackalloc byte[16];
        return plain.TryWriteBytes(b, out int length) && length == 4
            && (b[0] is 10 || (b[0] is 172 && b[1] is >= 16 and < 32) || (b[0] is 192 && b[1] is 168)
                || (b[0] is 169 && b[1] is 254) || (b[0] is 100 && b[1] is >= 64 and < 128));
    }
}
