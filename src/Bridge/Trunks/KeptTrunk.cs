using System.Text.Json;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Sip.Registration;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>One trunk with what runs for it: its registration and the watch over its peer.</summary>
internal sealed class KeptTrunk
{
    private readonly string _registrationText;
    private readonly string _peerText;

    /// <summary>Takes them; they run already, or will.</summary>
    public KeptTrunk(TrunkOptions options, TrunkRegistration? registration, PeerWatch? watch)
    {
        Options = options;
        Registration = registration;
        Watch = watch;
        _registrationText = JsonSerializer.Serialize(options.Registration);
        _peerText = JsonSerializer.Serialize(options.Peer);
    }

    /// <summary>The trunk's settings.</summary>
    public TrunkOptions Options { get; }

    /// <summary>Its registration; null when it has none.</summary>
    public TrunkRegistration? Registration { get; }

    /// <summary>The watch over its peer; null when it is not watched.</summary>
    public PeerWatch? Watch { get; }

    /// <summary>Ends when the registration has been taken back.</summary>
    public Task Registering { get; init; } = Task.CompletedTask;

    /// <summary>Ends when the peer is asked no more.</summary>
    public Task Watching { get; init; } = Task.CompletedTask;

    /// <summary>Whether its registration can run on under other settings. One that was refused may do better when it begins anew.</summary>
    public bool CanKeepRegistration(TrunkOptions next) =>
        _registrationText == JsonSerializer.Serialize(next.Registration) && Registration?.State != SipRegistrationState.Refused;

    /// <summary>Whether the watch can run on under other settings.</summary>
    public bool CanKeepWatch(TrunkOptions next) => _peerText == JsonSerializer.Serialize(next.Peer);

    /// <summary>Whether those settings are the same.</summary>
    public static bool IsSame(TrunkOptions one, TrunkOptions other) => JsonSerializer.Serialize(one) == JsonSerializer.Serialize(other);
}
