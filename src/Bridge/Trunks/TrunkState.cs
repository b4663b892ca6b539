using PhoneBridge.Sip.Registration;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>Whether calls can be had by a trunk.</summary>
public enum TrunkState
{
    /// <summary>Nothing tells: the trunk is neither watched nor registered, or there is no answer yet.</summary>
    Unknown,

    /// <summary>Calls can be had.</summary>
    Up,

    /// <summary>Calls can be had, and something is wrong.</summary>
    Degraded,

    /// <summary>Calls cannot be had.</summary>
    Down,
}

/// <summary>How a trunk is, why and since when. Immutable; holds no secret.</summary>
/// <param name="Name">The trunk.</param>
/// <param name="State">How it is.</param>
/// <param name="Reason">Why, in words for an operator; empty when there is nothing to say.</param>
/// <param name="Since">Wall time of the last change of the state.</param>
public sealed record TrunkStatus(string Name, TrunkState State, string Reason, DateTimeOffset Since);

/// <summary>What is known of a trunk at one moment.</summary>
/// <param name="Peer">What the answers to OPTIONS say; null when it is not asked.</param>
/// <param name="PeerWhy">Why the last one failed.</param>
/// <param name="Registration">How its registration stands; null when there is none.</param>
/// <param name="RegistrationWords">The same, in words.</param>
/// <param name="Calls">Calls of the last minutes.</param>
/// <param name="FailedCalls">How many of them the peer's signalling or media failed.</param>
/// <param name="HasSent">Whether it sent requests in the last minutes.</param>
internal readonly record struct TrunkSigns(
    PeerVerdict? Peer, string PeerWhy, SipRegistrationState? Registration, string RegistrationWords, int Calls, int FailedCalls, bool HasSent)
{
    private const int CallsThatTell = 5;

    /// <summary>What follows from the signs, the worst first.</summary>
    public (TrunkState State, string Reason) Judge()
    {
        bool isFailing = Registration is SipRegistrationState.Failing or SipRegistrationState.Refused;
        return this switch
        {
            { Peer: PeerVerdict.Down } => (TrunkState.Down, $"the peer is gone: {(PeerWhy.Length == 0 ? "it did not answer" : PeerWhy)}"),
            { Registration: SipRegistrationState.Refused } => (TrunkState.Down, $"registration {RegistrationWords}"),
            { Peer: PeerVerdict.Up } when isFailing => (TrunkState.Degraded, $"the peer lives; registration {RegistrationWords}"),
            _ when isFailing && HasSent => (TrunkState.Degraded, $"calls come; registration {RegistrationWords}"),
            _ when isFailing => (TrunkState.Down, $"registration {RegistrationWords}"),
            _ when Calls >= CallsThatTell && FailedCalls * 2 >= Calls => (TrunkState.Degraded, $"{FailedCalls} of the last {Calls} calls failed"),
            { Peer: PeerVerdict.Up } or { Registration: SipRegistrationState.Registered } => (TrunkState.Up, ""),
            { HasSent: true } => (TrunkState.Up, "it sends requests"),
            { Peer: null, Registration: null } => (TrunkState.Unknown, "it is neither watched nor registered, and has sent nothing lately"),
            _ => (TrunkState.Unknown, "there is no answer yet"),
        };
    }
}
