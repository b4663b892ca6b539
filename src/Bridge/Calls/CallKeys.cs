using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Media.Srtp;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Bridge.Calls;

/// <summary>SRTP between SDP and the media path: what a trunk may do, and the keys in the form of the other side. Any thread.</summary>
internal static class CallKeys
{
    /// <summary>Whether nobody but the two ends can read the signalling of a call, and with it the keys.</summary>
    public static bool IsConfidential(SipCall call) => call.IsSecure;

    /// <summary>The policy for calls of a trunk.</summary>
    /// <param name="options">The trunk's section.</param>
    /// <param name="isConfidential">As <see cref="IsConfidential"/> says of the call.</param>
    /// <param name="libraries">What the machine has: without libsrtp2 there is no SRTP, and who requires it gets no call.</param>
    public static SdpCryptoPolicy PolicyOf(TrunkSrtpOptions options, bool isConfidential, NativeLibraries libraries) => new(options.Use)
    {
        Suites = [.. SdpCryptoSuite.All.Where(suite => libraries.SrtpSuites.Contains(ToMedia(suite)))],
        IsOptimistic = options.Optimistic,
        Obstacle = libraries.SrtpSuites.Count == 0 ? SdpRefusalReason.NoSrtp
            : isConfidential || options.WithoutTls ? null
            : SdpRefusalReason.KeysInClear,
    };

    /// <summary>Copies of the keys for the leg, which owns them.</summary>
    public static SrtpKeys ToLeg(SdpCryptoAgreement agreed) => new(
        ToMedia(agreed.Local.Suite), new SrtpKey(agreed.Local.Key.Reveal()), new SrtpKey(agreed.Remote.Key.Reveal()))
    {
        IdentifierLength = agreed.Remote.IdentifierLength,
        Identifier = agreed.Remote.Identifier,
    };

    private static SrtpSuite ToMedia(SdpCryptoSuite suite) =>
        suite == SdpCryptoSuite.AesGcm256 ? SrtpSuite.AeadAes256Gcm
        : suite == SdpCryptoSuite.AesGcm128 ? SrtpSuite.AeadAes128Gcm
        : suite == SdpCryptoSuite.AesCm32 ? SrtpSuite.AesCm128HmacSha1Tag32
        : SrtpSuite.AesCm128HmacSha1Tag80;
}
