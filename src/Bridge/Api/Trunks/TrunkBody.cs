using PhoneBridge.Bridge.Api.Calls;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Sip.Registration;

namespace PhoneBridge.Bridge.Api.Trunks;

/// <summary>A trunk, as the API shows it.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="State">Whether calls can be had by it.</param>
/// <param name="Reason">Why, in words; empty when there is nothing to say.</param>
/// <param name="Since">When the state changed.</param>
/// <param name="Peer">What the answers to our OPTIONS say; null when the peer is not asked.</param>
/// <param name="Registration">How its registration stands; null when it has none.</param>
/// <param name="CallsNow">Calls now.</param>
/// <param name="Arrived">Calls that came since the start, the refused ones too.</param>
/// <param name="Answered">Calls that were answered.</param>
/// <param name="Ends">Calls that ended, by how, as <c>end</c> of a call's record.</param>
/// <param name="RequestsReceived">Requests of the trunk, repeats included.</param>
/// <param name="RequestsSent">Our requests to it, repeats included.</param>
/// <param name="AnswersReceived">Its answers to us by class, <c>1xx</c> to <c>6xx</c>.</param>
/// <param name="AnswersSent">Our answers to it by class.</param>
/// <param name="SetUpMeanMs">From INVITE to our 200, mean of the last 256 calls [ms]; null when there were none.</param>
/// <param name="SetUpP95Ms">The same, what 95 % of them did not exceed [ms].</param>
public sealed record TrunkBody(
    string Name,
    TrunkState State,
    string Reason,
    DateTimeOffset Since,
    string? Peer,
    string? Registration,
    long CallsNow,
    long Arrived,
    long Answered,
    IReadOnlyDictionary<string, long> Ends,
    long RequestsReceived,
    long RequestsSent,
    IReadOnlyDictionary<string, long> AnswersReceived,
    IReadOnlyDictionary<string, long> AnswersSent,
    double? SetUpMeanMs,
    double? SetUpP95Ms)
{
    /// <summary>Makes the API's form.</summary>
    internal static TrunkBody From(TrunkStatus status, KeptTrunk? kept, TrunkFigure figure)
    {
        (double MeanMs, double P95Ms)? setUp = figure.ReadSetUp();
        return new TrunkBody(
            status.Name,
            status.State,
            status.Reason,
            status.Since,
            kept?.Watch is { } watch ? CallQuery.NameOf(watch.Verdict) : null,
            kept?.Registration is { } registration ? CallQuery.NameOf<SipRegistrationState>(registration.State) : null,
            figure.CallsNow,
            figure.Arrived,
            figure.Answered,
            figure.ReadEnds().ToDictionary(one => CallQuery.NameOf(one.Key), one => one.Value),
            figure.RequestsReceived,
            figure.RequestsSent,
            figure.ReadAnswers(sent: false),
            figure.ReadAnswers(sent: true),
            setUp is { } mean ? Math.Round(mean.MeanMs, 1) : null,
            setUp is { } late ? Math.Round(late.P95Ms, 1) : null);
    }
}

/// <summary>The trunks.</summary>
/// <param name="Trunks">In the order of the configuration.</param>
public sealed record TrunkList(IReadOnlyList<TrunkBody> Trunks);

/// <summary>What a reload of the trunks did.</summary>
/// <param name="Added">Names of trunks that are new.</param>
/// <param name="Removed">Names of trunks that are gone.</param>
/// <param name="Changed">Names of trunks whose settings are others.</param>
public sealed record TrunkReloadBody(IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<string> Changed);
