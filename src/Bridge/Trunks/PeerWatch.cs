using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Trunks.Locating;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>Asks one trunk's peer by OPTIONS whether it lives, for as long as it is told to (TRA6).</summary>
/// <remarks>Any of the peer's places that answers is enough. What the peer sends by itself counts as a sign of life, too.</remarks>
internal sealed class PeerWatch : IDisposable
{
    private const int PlacesInARound = 3;
    private static readonly TimeSpan SoonerInDoubt = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly TrunkPeerOptions _options;
    private readonly PeerLocator _locator;
    private readonly Func<SipUri, SipTarget, CancellationToken, Task<int>> _ask;
    private readonly Func<TimeSpan, bool> _hasSentWithin;
    private readonly TimeProvider _time;
    private readonly Action _onChange;
    private readonly CancellationTokenSource _stop = new();
    private readonly PeerHealth _health = new();
    private readonly PeerAddress _address;
    private readonly CancellationToken _stopped;
    private volatile string _why = "";

    /// <summary>Prepares the watch; nothing is sent before <see cref="RunAsync"/>.</summary>
    /// <param name="options">Whom to ask, and how often.</param>
    /// <param name="locator">Finds the peer's places, and is told which failed.</param>
    /// <param name="ask">Sends one OPTIONS and gives the status of its answer, 0 for none.</param>
    /// <param name="hasSentWithin">Whether the trunk sent us a request within that time.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="onChange">Told when the verdict changed.</param>
    /// <exception cref="ArgumentException">The address is none; a validated configuration never has one.</exception>
    public PeerWatch(
        TrunkPeerOptions options, PeerLocator locator, Func<SipUri, SipTarget, CancellationToken, Task<int>> ask,
        Func<TimeSpan, bool> hasSentWithin, TimeProvider time, Action onChange)
    {
        _options = options;
        _locator = locator;
        _ask = ask;
        _hasSentWithin = hasSentWithin;
        _time = time;
        _onChange = onChange;
        _address = PeerAddress.TryParse(options.Address, out PeerAddress? address) ? address : throw new ArgumentException("The address cannot be read.", nameof(options));
        _stopped = _stop.Token;
    }

    /// <summary>What is believed of the peer. Any thread.</summary>
    public PeerVerdict Verdict => _health.Verdict;

    /// <summary>Why the last round failed, in words for an operator; empty when it did not. Any thread.</summary>
    public string Why => _why;

    /// <summary>Asks until stopped.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (true)
            {
                bool isAlive = await AskAllAsync(_stopped).ConfigureAwait(false) || _hasSentWithin(_options.OptionsInterval);
                if (_health.Take(isAlive))
                {
                    _onChange();
                }

                TimeSpan wait = _health.IsInDoubt && SoonerInDoubt < _options.OptionsInterval ? SoonerInDoubt : _options.OptionsInterval;
                await Task.Delay(wait, _time, _stopped).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Asks no more.</summary>
    public void Dispose()
    {
        if (!_stopped.IsCancellationRequested)
        {
            _stop.Cancel();
            _stop.Dispose();
        }
    }

    private async Task<bool> AskAllAsync(CancellationToken stop)
    {
        IReadOnlyList<SipTarget> places =
            await _locator.LocateAsync(_address.Host, _address.Port, _options.Transport, stop).ConfigureAwait(false);
        if (places.Count == 0)
        {
            _why = "its name is not found";
            return false;
        }

        foreach (SipTarget place in places.Take(PlacesInARound))
        {
            int status = await AskAsync(place, stop).ConfigureAwait(false);
            if (PeerHealth.IsAlive(status))
            {
                _locator.Bars.Lift(place);
                _why = "";
                return true;
            }

            _locator.Bars.Bar(place);
            _why = status == 0 ? "it does not answer OPTIONS" : $"it answers OPTIONS with {status}";
        }

        return false;
    }

    private async Task<int> AskAsync(SipTarget place, CancellationToken stop)
    {
        SipUri uri = new() { Scheme = "sip", Host = _address.Host, Port = _address.Port };
        if (place.Transport != SipTransportKind.Udp)
        {
            uri = uri with { Parameters = SipParameters.Empty.With("transport", place.Transport.ToString().ToLowerInvariant()) };
        }

        using CancellationTokenSource limit = new(_options.OptionsInterval < LongestWait ? _options.OptionsInterval : LongestWait, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            return await _ask(uri, place, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return 0;
        }
    }
}
