namespace PhoneBridge.Fuzz;

/// <summary>One entry of the table of targets.</summary>
/// <param name="Name">As given on the command line; also the name of its corpus folder.</param>
/// <param name="Run">What is tried.</param>
/// <param name="IsText">Made of lines, so that <see cref="LineMutator"/> has a say.</param>
public sealed record FuzzTarget(string Name, FuzzInput Run, bool IsText = false)
{
    /// <summary>All targets. A new parser gets a line here and a folder of seeds in Corpus.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("sip", Targets.SipTargets.Message, IsText: true),
        new("sip-parse", Targets.SipTargets.Parse, IsText: true),
        new("sip-stream", Targets.SipTargets.Stream, IsText: true),
        new("sdp", Targets.SipTargets.Sdp, IsText: true),
        new("crypto", Targets.SipTargets.Crypto),
        new("uri", Targets.SipTargets.Uri),
        new("name-address", Targets.SipFieldTargets.NameAddress),
        new("via", Targets.SipFieldTargets.Via),
        new("session-expires", Targets.SipFieldTargets.SessionExpires),
        new("multipart", Targets.SipFieldTargets.Multipart, IsText: true),
        new("agent", Targets.AgentTarget.Run, IsText: true),
        new("challenge", Targets.SipTargets.Challenge),
        new("rtp", Targets.MediaTargets.Rtp),
        new("rtcp", Targets.MediaTargets.Rtcp),
        new("srtp", Targets.SrtpTargets.Forged),
        new("telephone-event", Targets.MediaTargets.TelephoneEvents),
        new("wav", Targets.MediaTargets.Wav),
        new("g722", Targets.CodecTargets.G722),
        new("opus", Targets.CodecTargets.Opus),
    ];
}
