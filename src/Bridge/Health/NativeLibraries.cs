using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Noise;
using PhoneBridge.Media.Srtp;

namespace PhoneBridge.Bridge.Health;

/// <summary>Which native libraries the machine has. What needs a missing one is switched off; nothing else depends on it.</summary>
/// <param name="HasOpus">libopus is there: Opus is offered and accepted.</param>
/// <param name="HasSpeex">libspeexdsp is there: noise suppression works where it is switched on.</param>
public sealed record NativeLibraries(bool HasOpus, bool HasSpeex)
{
    /// <summary>What libsrtp2 can do. Empty without it: no call speaks SRTP, and trunks that require it refuse theirs.</summary>
    public IReadOnlyList<SrtpSuite> SrtpSuites { get; init; } = [];

    /// <summary>Looks for them; loads what it finds.</summary>
    public static NativeLibraries Find() => new(AudioCodecs.IsAvailable(AudioCodec.Opus), SpeexLibrary.IsAvailable) { SrtpSuites = SrtpLibrary.Suites };

    /// <summary>Says on the health page, and once in the log, what is missing, what that means and what to install.</summary>
    public void Report(HealthBoard health)
    {
        Report(health, OutsideThing.OpusLibrary, HasOpus, "libopus is missing: Opus is neither offered nor accepted; install the package libopus0");
        Report(
            health, OutsideThing.SpeexLibrary, HasSpeex, "libspeexdsp is missing: the noise of lines is not taken out; install the package libspeexdsp1");
        Report(
            health, OutsideThing.SrtpLibrary, SrtpSuites.Any(suite => suite.IsGcm()), SrtpSuites.Count == 0
                ? "libsrtp2 is missing: no call is encrypted, and trunks that require SRTP refuse theirs; install the package libsrtp2-1"
                : "libsrtp2 was built without AES-GCM: SRTP has the suites with HMAC-SHA1 only");
    }

    private static void Report(HealthBoard health, OutsideThing thing, bool isThere, string whatIsMissing) =>
        health.Report(thing, isThere ? HealthState.Up : HealthState.Degraded, isThere ? "" : whatIsMissing);
}
