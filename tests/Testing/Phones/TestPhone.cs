using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Phones;

/// <summary>
/// A scripted caller with SIP and RTP of its own (nothing of the bridge's code takes part, so that one mistake does not hide another).
/// One phone makes one call.
/// </summary>
/// <remarks>Members may be used from any thread, but one request at a time.</remarks>
public sealed class TestPhone : IAsyncDisposable
{
    private static readonly TimeSpan T1 = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan T2 = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(32);

    private readonly PhoneExchange _exchange;
    private readonly TestPhoneOptions _options;
    private readonly PhoneMediaLoop _loop;
    private readonly ConcurrentDictionary<(int Sequence, string Method), Channel<SipWire>> _transactions = new();
    private readonly TaskCompletionSource<CallEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<SipWire> _requests = [];
    private readonly string _callId = Guid.NewGuid().ToString("N");
    private readonly string _fromTag = Guid.NewGuid().ToString("N")[..10];

    private SipWire? _invite;
    private byte[]? _ack;
    private string _to = string.Empty;
    private string _target = string.Empty;
    private string[] _routes = [];
    private int _sequence;
    private int _inviteSequence;
    private int _sdpVersion;
    private string _direction = "sendrecv";

    internal TestPhone(PhoneExchange exchange, TestPhoneOptions options, PhoneMediaLoop loop, TimeSpan phase)
    {
        _exchange = exchange;
        _options = options;
        _loop = loop;
        Media = new PhoneMedia(exchange.Address, options.Records, phase);
        exchange.Register(_callId, this);
    }

    /// <summary>The phone's RTP.</summary>
    public PhoneMedia Media { get; }

    /// <summary>Call-ID of the phone's one call.</summary>
    public string CallId => _callId;

    /// <summary>What another phone's INVITE must carry as Replaces to take the place of this call (RFC 3891), once it stands.</summary>
    public string Replaces => $"{_callId};from-tag={_fromTag};to-tag={_to[(_to.IndexOf(";tag=", StringComparison.Ordinal) + 5)..]}";

    /// <summary>What was agreed with the last answer; null before.</summary>
    public PhoneMediaAgreement? Agreement { get; private set; }

    /// <summary>Done when either side hung up.</summary>
    public Task<CallEnd> Ended => _ended.Task;

    /// <summary>Requests the peer sent within the call.</summary>
    public IReadOnlyList<SipWire> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Calls, acknowledges the final response and starts the media.</summary>
    /// <param name="requestUri">For instance <c>sip:0123@127.0.0.1</c>.</param>
    /// <param name="cancellation">Gives up by CANCEL; the answer is then the response to the INVITE, 487 as a rule.</param>
    public async Task<CallAnswer> DialAsync(string requestUri, CancellationToken cancellation = default)
    {
        _target = requestUri;
        _to = $"<{requestUri}>";
        string? offer = _options.OffersLate ? null : Describe(_options.Codecs, _options.TelephoneEventType);
        _invite = Build("INVITE", offer);
        foreach ((string name, string value) in _options.Headers)
        {
            _invite.Add(name, value);
        }

        _inviteSequence = _sequence;
        TimeSpan start = MonotonicTime.Now;
        using CancellationTokenRegistration giveUp = cancellation.Register(() => _ = CancelAsync());
        SipWire? final = await TransactAsync(_invite);
        TimeSpan now = MonotonicTime.Now;
        if (final is null)
        {
            return new CallAnswer(408, "No final response", now - start, now);
        }

        Acknowledge(final, _invite);
        return new CallAnswer(final.Status, final.StartLine, now - start, now);
    }

    /// <summary>Holds the call: re-INVITE with another direction.</summary>
    /// <returns>Status of the answer.</returns>
    public Task<int> HoldAsync(string direction = "sendonly") => ReinviteAsync(direction);

    /// <summary>Takes the call back.</summary>
    public Task<int> ResumeAsync() => ReinviteAsync("sendrecv");

    /// <summary>Changes the session in any other way.</summary>
    /// <returns>Status of the answer; 408 when none came.</returns>
    public async Task<int> ChangeAsync(SessionChange change)
    {
        _direction = change.Direction;
        _sdpVersion++;
        PhoneMediaAgreement before = Agreement!;
        IPEndPoint local = _options.AdvertiseRtp?.Invoke(Media.Local) ?? Media.Local;
        local = change.Address is null ? local : new IPEndPoint(change.Address, local.Port);
        string? offer = change.OffersLate
            ? null
            : PhoneSdp.Write(local, change.Codecs ?? [before.Codec], _options.TelephoneEventType, change.PtimeMs ?? _options.PtimeMs, _direction, _sdpVersion);
        if (offer is not null && change.MediaLines is { } lines)
        {
            offer = offer[..offer.IndexOf("m=", StringComparison.Ordinal)] + lines;
        }

        SipWire request = Build(change.Method, offer);
        SipWire? final = await TransactAsync(request);
        if (final is null)
        {
            return 408;
        }

        if (change.Method == "INVITE")
        {
            Acknowledge(final, request);
        }
        else if (final.Status < 300)
        {
            Agreement = PhoneSdp.Read(final.Body, _direction) ?? before;
            Media.Configure(Agreement, _loop);
        }

        return final.Status;
    }

    /// <summary>Sends INFO within the call, for instance keys as application/dtmf-relay.</summary>
    /// <returns>Status of the answer; 408 when none came.</returns>
    public Task<int> SendInfoAsync(string contentType, string body) => SendAsync("INFO", contentType, body);

    /// <summary>Sends any request without body within the call.</summary>
    /// <returns>Status of the answer; 408 when none came.</returns>
    public Task<int> SendAsync(string method) => SendAsync(method, string.Empty, string.Empty);

    /// <summary>Hangs up and waits for the answer to the BYE. Nothing happens when the call is over.</summary>
    public async Task HangUpAsync()
    {
        if (!_ended.Task.IsCompleted && Agreement is not null)
        {
            await TransactAsync(Build("BYE", null));
            _ended.TrySetResult(new CallEnd(ByPeer: false, MonotonicTime.Now, []));
        }
    }

    /// <summary>Vanishes without BYE, as a phone whose battery is empty.</summary>
    public void Vanish()
    {
        Media.Dispose();
        _exchange.Silence(_callId);
    }

    /// <summary>Hangs up when the call stands, and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await HangUpAsync();
        Media.Dispose();
        _exchange.Forget(_callId);
    }

    /// <summary>Takes a message of this call. On the exchange's reading thread.</summary>
    internal void OnMessage(SipWire message, IPEndPoint source, TimeSpan now)
    {
        if (!message.IsResponse)
        {
            OnRequest(message, source, now);
        }
        else if (_transactions.TryGetValue((message.Sequence, message.Method), out Channel<SipWire>? transaction))
        {
            transaction.Writer.TryWrite(message);
        }
        else if (message.Method == "INVITE" && message.Status is >= 200 and < 300 && _ack is { } again)
        {
            // RFC 3261 §13.2.2.4: every repeated 2xx gets the ACK again.
            _exchange.Send(again, _options.Server);
        }
    }

    private async Task<int> SendAsync(string method, string contentType, string body)
    {
        SipWire request = Build(method, null);
        if (contentType.Length > 0)
        {
            request.WithBody(contentType, body);
        }

        return (await TransactAsync(request))?.Status ?? 408;
    }

    private Task<int> ReinviteAsync(string direction) => ChangeAsync(new SessionChange { Direction = direction });

    private Task<SipWire?> CancelAsync()
    {
        // RFC 3261 §9.1: same branch, same CSeq number as the INVITE.
        SipWire cancel = SipWire.Request("CANCEL", _target)
            .Add("Via", _invite!["Via"]!)
            .Add("Max-Forwards", "70")
            .Add("From", _invite["From"]!)
            .Add("To", _invite["To"]!)
            .Add("Call-ID", _callId)
            .Add("CSeq", $"{_inviteSequence} CANCEL");
        return TransactAsync(cancel, _inviteSequence);
    }

    private string Describe(IReadOnlyList<Audio.PhoneCodec> codecs, byte? keys)
    {
        IPEndPoint local = _options.AdvertiseRtp?.Invoke(Media.Local) ?? Media.Local;
        return PhoneSdp.Write(local, codecs, keys, _options.PtimeMs, _direction, _sdpVersion);
    }

    private SipWire Build(string method, string? sdp)
    {
        IPEndPoint local = _exchange.SipEndPoint;
        string name = _options.DisplayName is null ? string.Empty : $"\"{_options.DisplayName}\" ";
        int sequence = method == "ACK" ? _sequence : ++_sequence;
        SipWire request = SipWire.Request(method, _target)
            .Add("Via", $"SIP/2.0/UDP {local};branch=z9hG4bK{Guid.NewGuid():N};rport")
            .Add("Max-Forwards", "70")
            .Add("From", $"{name}<sip:{_options.User}@{local.Address}>;tag={_fromTag}")
            .Add("To", _to)
            .Add("Call-ID", _callId)
            .Add("CSeq", $"{sequence} {method}")
            .Add("Contact", $"<sip:{_options.User}@{local}>");
        foreach (string route in _routes)
        {
            request.Add("Route", route);
        }

        return sdp is null ? request : request.WithBody("application/sdp", sdp);
    }

    private void Acknowledge(SipWire final, SipWire invite)
    {
        if (final.Status >= 300)
        {
            // The ACK of a refusal belongs to the transaction: the INVITE's branch.
            SipWire refused = SipWire.Request("ACK", _target)
                .Add("Via", invite["Via"]!)
                .Add("Max-Forwards", "70")
                .Add("From", invite["From"]!)
                .Add("To", final["To"]!)
                .Add("Call-ID", _callId)
                .Add("CSeq", $"{final.Sequence} ACK");
            _exchange.Send(refused.Write(), _options.Server);
            return;
        }

        _to = final["To"]!;
        _target = final["Contact"] is { } contact ? SipWire.Uri(contact) : _target;
        if (Agreement is null)
        {
            // RFC 3261 §12.2.1.2: what a re-INVITE brings changes no route.
            _routes = [.. final.All("Record-Route").Reverse()];
        }

        Agreement = PhoneSdp.Read(final.Body, _direction) ?? throw new InvalidOperationException("The answer has no usable audio line.");
        bool isLate = invite.Body.Length == 0;
        SipWire ack = Build("ACK", isLate ? Describe([Agreement.Codec], Agreement.TelephoneEventType) : null);
        _ack = ack.Write();
        _exchange.Send(_ack, _options.Server);
        if (_options.RouteRtp is { } route)
        {
            Agreement = Agreement with { Remote = route(Agreement.Remote) };
        }

        Media.Configure(Agreement, _loop);
    }

    private async Task<SipWire?> TransactAsync(SipWire request, int? sequence = null)
    {
        Channel<SipWire> responses = Channel.CreateUnbounded<SipWire>();
        (int, string) key = (sequence ?? _sequence, request.Method);
        _transactions[key] = responses;
        byte[] datagram = request.Write();
        TimeSpan end = MonotonicTime.Now + GiveUp;
        TimeSpan interval = T1;
        bool isProceeding = false;
        try
        {
            _exchange.Send(datagram, _options.Server);
            while (MonotonicTime.Now < end)
            {
                using CancellationTokenSource timer = new(isProceeding ? end - MonotonicTime.Now : interval);
                try
                {
                    SipWire response = await responses.Reader.ReadAsync(timer.Token);
                    if (response.Status >= 200)
                    {
                        return response;
                    }

                    isProceeding |= request.Method == "INVITE";
                }
                catch (OperationCanceledException) when (!isProceeding)
                {
                    _exchange.Send(datagram, _options.Server);
                    interval = request.Method == "INVITE" || interval * 2 < T2 ? interval * 2 : T2;
                }
                catch (OperationCanceledException)
                {
                    return null;
                }
            }

            return null;
        }
        finally
        {
            _transactions.TryRemove(key, out _);
        }
    }

    private void OnRequest(SipWire request, IPEndPoint source, TimeSpan now)
    {
        lock (_requests)
        {
            _requests.Add(request);
        }

        if (request.Method == "ACK")
        {
            return;
        }

        SipWire response = SipWire.Response(request, 200, "OK", _fromTag);
        if (request.Method is "INVITE" or "UPDATE")
        {
            response.Add("Contact", $"<sip:{_options.User}@{_exchange.SipEndPoint}>");
            if (request.Body.Length > 0 && Agreement is { } agreement)
            {
                response.WithBody("application/sdp", Describe([agreement.Codec], _options.TelephoneEventType));
            }
        }

        _exchange.Send(response.Write(), source);
        if (request.Method == "BYE")
        {
            _ended.TrySetResult(new CallEnd(ByPeer: true, now, [.. request.All("Reason")]));
        }
    }
}
