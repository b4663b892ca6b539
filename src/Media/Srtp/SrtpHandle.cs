using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace PhoneBridge.Media.Srtp;

/// <summary>Owns one context of libsrtp2: the streams of one direction. Freed once, whoever forgets it; the library wipes its keys.</summary>
internal sealed unsafe class SrtpHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    // Packets that may arrive behind a later one [packets]: 5 s of 20 ms, and twice what RFC 3711 §3.3.2 asks for at least.
    private const int ReplayWindow = 256;

    private SrtpHandle(nint context)
        : base(ownsHandle: true) => SetHandle(context);

    /// <summary>Makes a context for any SSRC. Null when the library does not have the suite, or no memory.</summary>
    public static SrtpHandle? TryCreate(SrtpKeys keys, bool isSender)
    {
        SrtpNative.Policy policy = new()
        {
            SsrcType = isSender ? SrtpNative.AnyOutbound : SrtpNative.AnyInbound,
            WindowSize = ReplayWindow,
        };
        SetSuite(keys.Suite, &policy.Rtp, &policy.Rtcp);
        byte* identifier = stackalloc byte[SrtpKeys.MaxIdentifierLength];
        fixed (byte* key = (isSender ? keys.Send : keys.Receive).Bytes)
        {
            SrtpNative.MasterKey master = new() { Key = key, Identifier = identifier };
            SrtpNative.MasterKey* first = &master;
            if (isSender || keys.IdentifierLength == 0)
            {
                policy.Key = key;
            }
            else
            {
                WriteIdentifier(keys, new Span<byte>(identifier, keys.IdentifierLength));
                master.IdentifierLength = (uint)keys.IdentifierLength;
                policy.Keys = &first;
                policy.KeyCount = 1;
            }

            return SrtpNative.Create(out nint context, &policy) == SrtpNative.Ok ? new SrtpHandle(context) : null;
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => SrtpNative.Destroy(handle) == SrtpNative.Ok;

    private static void SetSuite(SrtpSuite suite, SrtpNative.CryptoPolicy* rtp, SrtpNative.CryptoPolicy* rtcp)
    {
        switch (suite)
        {
            case SrtpSuite.AeadAes128Gcm:
                SrtpNative.SetAesGcm128(rtp);
                SrtpNative.SetAesGcm128(rtcp);
                break;
            case SrtpSuite.AeadAes256Gcm:
                SrtpNative.SetAesGcm256(rtp);
                SrtpNative.SetAesGcm256(rtcp);
                break;
            case SrtpSuite.AesCm128HmacSha1Tag32:
                SrtpNative.SetAesCm32(rtp);
                SrtpNative.SetAesCm80(rtcp);     // RFC 4568 §6.2.2: the short tag is for SRTP alone
                break;
            default:
                SrtpNative.SetAesCm80(rtp);
                SrtpNative.SetAesCm80(rtcp);
                break;
        }
    }

    private static void WriteIdentifier(SrtpKeys keys, Span<byte> identifier)
    {
        Span<byte> value = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(value, keys.Identifier);
        identifier.Clear();
        int length = Math.Min(value.Length, identifier.Length);
        value[^length..].CopyTo(identifier[^length..]);
    }
}
