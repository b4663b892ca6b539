using System.Net;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Trunks.Locating;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Registration;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>Signs the bridge on at one trunk, and finds where its registrar is, again and again.</summary>
/// <remarks>Waiting and trying again is the registration's own. How it stands may be read anywhere.</remarks>
internal sealed class TrunkRegistration : IDisposable
{
    private static readonly TimeSpan LookUpEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(5);

    private readonly TrunkRegistrationOptions _options;
    private readonly SipEndpoint _endpoint;
    private readonly PeerLocator _locator;
    private readonly TimeProvider _time;
    private readonly Action _onChange;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _stopped;
    private volatile SipRegistration? _registration;
    private volatile SipRegistrationStatus? _status;
    private volatile bool _isNameless;
    private IReadOnlyList<IPEndPoint> _places = [];

    /// <summary>Prepares it; nothing is sent before <see cref="RunAsync"/>.</summary>
    /// <param name="options">What to register, and where.</param>
    /// <param name="endpoint">Sends; must have been started.</param>
    /// <param name="locator">Finds the registrar.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="onChange">Told when it stands otherwise; on the SIP loop, or while names are looked up.</param>
    public TrunkRegistration(TrunkRegistrationOptions options, SipEndpoint endpoint, PeerLocator locator, TimeProvider time, Action onChange)
    {
        _options = options;
        _endpoint = endpoint;
        _locator = locator;
        _time = time;
        _onChange = onChange;
        _stopped = _stop.Token;
    }

    /// <summary>How it stands.</summary>
    public SipRegistrationState State => _isNameless ? SipRegistrationState.Failing : _status?.State ?? SipRegistrationState.Registering;

    /// <summary>How it stands and why, in words for an operator, without secrets.</summary>
    public string Words => (_isNameless, _status) switch
    {
        (true, _) => "failing, the registrar's name is not found",
        (_, { State: SipRegistrationState.Failing } s) => $"failing, {Why(s)}",
        (_, { State: SipRegistrationState.Refused } s) => $"refused, {Why(s)}; nothing more is tried before a reload or restart",
        (_, { State: SipRegistrationState.Registered }) => "registered",
        (_, { State: SipRegistrationState.Leaving }) => "leaving",
        (_, { State: SipRegistrationState.Ended }) => "ended",
        _ => "registering",
    };

    /// <summary>The ways to and from the registrar, for calls of ours (RFC 3608, RFC 3327).</summary>
    public SipRegistrationRoutes Routes => _registration?.Routes ?? SipRegistrationRoutes.None;

    /// <summary>Registers, and follows the registrar's name, until stopped; ends when it was taken back, or a moment later.</summary>
    public async Task RunAsync()
    {
        using PeriodicTimer timer = new(LookUpEvery, _time);
        try
        {
            _stopped.ThrowIfCancellationRequested();
            do
            {
                await PointAsync(_stopped).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(_stopped).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            if (_registration is { } registration)
            {
                registration.Stop();
                await Task.WhenAny(_ended.Task, Task.Delay(PatienceAtEnd, _time, CancellationToken.None)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes the registration back; <see cref="RunAsync"/> ends when that is done.</summary>
    public void Dispose()
    {
        if (!_stopped.IsCancellationRequested)
        {
            _stop.Cancel();
            _stop.Dispose();
        }
    }

    private async Task PointAsync(CancellationToken stop)
    {
        List<IPEndPoint> places = [];
        foreach (PeerAddress place in _options.Places())
        {
            IReadOnlyList<SipTarget> found = await _locator.LocateAsync(place.Host, place.Port, _options.Transport, stop).ConfigureAwait(false);
            places.AddRange(found.Select(target => target.EndPoint));
        }

        if (places.Count == 0)
        {
            if (_registration is null && !_isNameless)
            {
                _isNameless = true;
                _onChange();
            }

            return;
        }

        _isNameless = false;
        bool isSame = _places.ToHashSet().SetEquals(places);
        _places = places;
        if (_registration is null)
        {
            _registration = Register(places);
        }
        else if (!isSame)
        {
            _registration.MoveTo(places);
        }
    }

    private SipRegistration Register(List<IPEndPoint> places)
    {
        string host = PeerAddress.TryParse(_options.Registrar, out PeerAddress? registrar) ? registrar.Host : "";
        return _endpoint.Register(
            new SipRegistrationOptions
            {
                User = _options.User,
                Domain = _options.Domain.Length == 0 ? host : _options.Domain,
                Registrars = places,
                OutboundProxy = PeerAddress.TryParse(_options.OutboundProxy, out PeerAddress? proxy)
                    ? new SipUri { Scheme = "sip", Host = proxy.Host, Port = proxy.Port }
                    : null,
                Transport = _options.Transport,
                Credentials = _options.ToCredentials(),
                Expires = _options.Expires,
            },
            status =>
            {
                _status = status;
                if (status.State == SipRegistrationState.Ended)
                {
                    _ended.TrySetResult();
                }

                _onChange();
            });
    }

    private static string Why(SipRegistrationStatus status) => status.Reason switch
    {
        SipRegistrationReason.TimedOut => "no answer",
        SipRegistrationReason.TransportFailed => "nothing can be sent there",
        SipRegistrationReason.WrongCredentials => "user or password are not accepted",
        SipRegistrationReason.UnknownChallenge => "an unknown authentication is asked for",
        SipRegistrationReason.NotBound => "our address was not kept",
        _ => $"status {status.StatusCode}",
    };
}
