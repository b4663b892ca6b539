using PhoneBridge.Sip.Calls;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Bridge.Trunks.Locating;
using PhoneBridge.Sip.Identity;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.DialOut;

/// <summary>The way that a call of ours takes out of a trunk, and what its INVITE says. Not for logs: it makes texts with numbers.</summary>
/// <param name="trunk">The trunk, which has a section <c>DialOut</c>.</param>
/// <param name="flow">The way to the next hop.</param>
/// <param name="routes">Proxies to pass.</param>
internal sealed class OutgoingWay(TrunkOptions trunk, SipFlow flow, IReadOnlyList<SipNameAddress> routes)
{
    private static readonly SipParameters UserPhone = SipParameters.Empty.With("user", "phone");

    /// <summary>The trunk.</summary>
    public TrunkOptions Trunk => trunk;

    /// <summary>The way to the next hop.</summary>
    public SipFlow Flow => flow;

    /// <summary>Finds the way: to the registration's places, by the routes that the registrar named, or to the peer. Null when there is none now.</summary>
    public static async Task<OutgoingWay?> FindAsync(
        TrunkOptions trunk, PeerLocator locator, SipEndpoint endpoint, TrunkKeeper keeper, CancellationToken cancellation)
    {
        (IEnumerable<PeerAddress> places, SipTransportKind transport) = trunk.Registration is { } registration
            ? (registration.Places(), registration.Transport)
            : (PeerAddress.TryParse(trunk.Peer!.Address, out PeerAddress? peer) ? [peer] : [], trunk.Peer.Transport);
        foreach (PeerAddress place in places)
        {
            foreach (SipTarget target in await locator.LocateAsync(place.Host, place.Port, transport, cancellation).ConfigureAwait(false))
            {
                if (endpoint.FlowTo(target.Transport, target.EndPoint) is { } flow)
                {
                    return new OutgoingWay(trunk, flow, keeper.RoutesOf(trunk.Name).ServiceRoute);
                }
            }
        }

        return null;
    }

    /// <summary>The call to be placed. Redirections are not followed: a 3xx must not choose whom we pay for (C10).</summary>
    public SipOutgoingCallOptions Call(PhoneNumber number, SdpSession offer, TimeSpan ringTime)
    {
        TrunkDialOutOptions dialOut = trunk.DialOut!;
        TrunkRegistrationOptions? registration = trunk.Registration;
        string domain = Domain();
        string caller = dialOut.CallerNumber.Length != 0 ? DialOutNumbers.Write(dialOut.CallerNumber, dialOut.NumberFormat, trunk.Country) : registration!.User;
        SipNameAddress from = new(new SipUri { Scheme = "sip", EncodedUser = caller, Host = registration is null ? flow.Local.Address.ToString() : domain });
        return new SipOutgoingCallOptions
        {
            Target = new SipUri
            {
                Scheme = "sip",
                EncodedUser = DialOutNumbers.Write(number.Reveal(), dialOut.NumberFormat, trunk.Country),
                Host = domain,
                Parameters = UserPhone,
            },
            From = from,
            Flow = flow,
            Offer = offer,
            Routes = routes,
            AssertedIdentity = trunk.TrustIdentity ? from : null,
            ContactUser = registration?.User,
            Credentials = registration?.ToCredentials(),
            SessionInterval = trunk.SessionInterval,
            AnswerWithin = ringTime,
            MaxRedirections = 0,
        };
    }

    private string Domain()
    {
        if (trunk.Registration is { Domain.Length: not 0 } registration)
        {
            return registration.Domain;
        }

        string text = trunk.Registration?.Registrar ?? trunk.Peer!.Address;
        return PeerAddress.TryParse(text, out PeerAddress? place) ? place.Host : flow.Remote.Address.ToString();
    }
}
