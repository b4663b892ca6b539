using PhoneBridge.Bridge.Calls;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Conference;

/// <summary>The line behind a participant, renewed about once a second.</summary>
public sealed record ParticipantLine
{
    /// <summary>Voice codec as SDP writes it: <c>PCMA</c>, <c>PCMU</c>, <c>G722</c>, <c>opus</c>; null before it is agreed.</summary>
    public string? Codec { get; init; }

    /// <summary>Rate of the audio [Hz].</summary>
    public int? SampleRateHz { get; init; }

    /// <summary>The audio is encrypted between the caller's side and us (SRTP).</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>Packets of an encrypted line that were dropped: of another key, garbled, in clear, or replayed.</summary>
    public long PacketsRefused { get; init; }

    /// <summary>Share of the caller's packets of the whole call that did not come, 0 to 100.</summary>
    public double LossPercent { get; init; }

    /// <summary>Share of the last ten seconds' packets that did not come, or too late to be played, 0 to 100.</summary>
    public double RecentLossPercent { get; init; }

    /// <summary>Share of the last ten seconds' speech that was made up for lost packets, 0 to 100.</summary>
    public double ConcealedPercent { get; init; }

    /// <summary>Interarrival jitter [ms].</summary>
    public double JitterMs { get; init; }

    /// <summary>Wait in the jitter buffer [ms].</summary>
    public double PlayoutDelayMs { get; init; }

    /// <summary>Round trip [ms]; null when the peer sends no reports.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>Estimated rating of what the others hear (E-model, ITU-T G.107), 0 to 100; null before anything was heard.</summary>
    public double? RFactor { get; init; }

    /// <summary>Level of what the caller says [dBov].</summary>
    public int LevelDbov { get; init; }

    /// <summary>What the slow gain control adds to it [dB].</summary>
    public double GainDb { get; init; }

    /// <summary>The line gives back what is sent to it.</summary>
    public bool IsEchoSuspected { get; init; }

    /// <summary>The form for others of what the mixer measured.</summary>
    public static ParticipantLine From(in LegQuality quality)
    {
        long expected = quality.PacketsReceived + quality.PacketsLost;
        return new ParticipantLine
        {
            Codec = quality.Format is { } format ? CallMedia.NameOf(format.Codec) : null,
            SampleRateHz = quality.Format?.SampleRateHz,
            IsEncrypted = quality.IsProtected,
            PacketsRefused = quality.PacketsRefused,
            LossPercent = expected == 0 ? 0 : 100.0 * Math.Max(0, quality.PacketsLost) / expected,
            RecentLossPercent = 100 * quality.RecentLoss,
            ConcealedPercent = 100 * quality.RecentConcealed,
            JitterMs = quality.JitterMs,
            PlayoutDelayMs = quality.PlayoutDelayMs,
            RoundTripMs = quality.RoundTripMs,
            RFactor = quality.RFactor,
            LevelDbov = quality.LevelDbov,
            GainDb = quality.GainDb,
            IsEchoSuspected = quality.IsEchoSuspected,
        };
    }
}
