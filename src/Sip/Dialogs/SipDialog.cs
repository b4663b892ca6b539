using System.Globalization;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Dialogs;

/// <summary>What the CSeq of an in-dialog request says (RFC 3261 §12.2.2; DLG2).</summary>
internal enum SequenceCheck
{
    /// <summary>Higher than all before; gaps are allowed.</summary>
    InOrder,

    /// <summary>The number of the last one again.</summary>
    Repeated,

    /// <summary>Lower than the last one: out of order, 500.</summary>
    TooLow,
}

/// <summary>The state of one dialog (RFC 3261 §12): who, where to, in which order.</summary>
/// <remarks>Sans-IO and not thread safe. The route set of a dialog that stands never changes; the remote target does (DLG1).</remarks>
internal sealed class SipDialog
{
    private readonly string _local;
    private readonly string _remote;
    private uint _localCSeq;
    private uint _remoteCSeq;
    private bool _hasRemoteCSeq;

    private SipDialog(
        DialogId id, string local, string remote, SipUri target, IReadOnlyList<SipNameAddress> routes, SipFlow flow)
    {
        Id = id;
        _local = local;
        _remote = remote;
        RemoteTarget = AsTarget(target);
        RouteSet = routes;
        Flow = flow;
    }

    /// <summary>Call-ID and both tags.</summary>
    public DialogId Id { get; }

    /// <summary>Where the peer wants its requests (its last Contact).</summary>
    public SipUri RemoteTarget { get; private set; }

    /// <summary>The proxies to pass, nearest first.</summary>
    public IReadOnlyList<SipNameAddress> RouteSet { get; private set; }

    /// <summary>The way that the peer's last request came.</summary>
    public SipFlow Flow { get; private set; }

    /// <summary>True when we made the Call-ID: who waits longer after 491 (RFC 3261 §14.1).</summary>
    public bool OwnsCallId { get; private init; }

    /// <summary>The dialog that an INVITE to us opens (RFC 3261 §12.1.1).</summary>
    /// <remarks>A peer of RFC 2543 may leave out its Contact; then its From stands for it.</remarks>
    /// <param name="invite">The INVITE.</param>
    /// <param name="localTag">The tag that our answers carry.</param>
    /// <param name="flow">The way that it came.</param>
    public static SipDialog ForIncoming(SipRequest invite, string localTag, SipFlow flow) =>
        new(
            new DialogId(invite.CallId, localTag, invite.From.Tag),
            invite.To.WithTag(localTag).ToString(),
            invite.Headers[SipHeaderNames.From]!,
            (invite.Contact ?? invite.From).Uri,
            [.. invite.RecordRoutes],
            flow)
        {
            _remoteCSeq = invite.CSeq.Number,
            _hasRemoteCSeq = true,
        };

    /// <summary>The dialog that an answer to our INVITE opens (RFC 3261 §12.1.2): the route set is the Record-Route reversed.</summary>
    /// <param name="invite">Our INVITE.</param>
    /// <param name="response">A 1xx with To tag or a 2xx. Where it lacks its Contact, the Request-URI stands for it.</param>
    /// <param name="flow">The way that the INVITE went.</param>
    public static SipDialog ForOutgoing(SipRequest invite, SipResponse response, SipFlow flow) =>
        new(
            new DialogId(invite.CallId, invite.From.Tag!, response.To.Tag),
            invite.Headers[SipHeaderNames.From]!,
            response.Headers[SipHeaderNames.To]!,
            TargetOf(response) ?? invite.Uri,
            [.. response.RecordRoutes.Reverse()],
            flow)
        {
            _localCSeq = invite.CSeq.Number,
            OwnsCallId = true,
        };

    /// <summary>The 2xx to our INVITE makes the early dialog a standing one: its routes and target hold (RFC 3261 §13.2.2.4).</summary>
    public void Confirm(SipResponse ok)
    {
        RouteSet = [.. ok.RecordRoutes.Reverse()];
        RefreshTarget(ok);
    }

    /// <summary>Takes the CSeq of a request of the peer, ACK excepted, and remembers the way that it came.</summary>
    public SequenceCheck OnRequest(SipRequest request, SipFlow flow)
    {
        uint number = request.CSeq.Number;
        if (_hasRemoteCSeq && number < _remoteCSeq)
        {
            return SequenceCheck.TooLow;
        }

        bool isRepeated = _hasRemoteCSeq && number == _remoteCSeq;
        _remoteCSeq = number;
        _hasRemoteCSeq = true;
        Flow = flow;
        return isRepeated ? SequenceCheck.Repeated : SequenceCheck.InOrder;
    }

    /// <summary>Remembers the way that an ACK came.</summary>
    public void OnAck(SipFlow flow) => Flow = flow;

    /// <summary>Takes the Contact of a successful re-INVITE, UPDATE or of a 2xx to one of ours (RFC 3261 §12.2; DLG1).</summary>
    public void RefreshTarget(SipMessage message)
    {
        if (TargetOf(message) is { } target)
        {
            RemoteTarget = AsTarget(target);
        }
    }

    /// <summary>A request within the dialog (RFC 3261 §12.2.1.1), without Via and Contact.</summary>
    /// <param name="method">Any but ACK takes the next CSeq.</param>
    /// <param name="ackOf">For ACK: the CSeq number of the INVITE.</param>
    public SipRequest NewRequest(string method, uint? ackOf = null)
    {
        bool isStrict = RouteSet.Count > 0 && !RouteSet[0].Uri.IsLooseRouter;

        // A strict router takes the Request-URI for its own and finds the target at the end of the route.
        SipUri uri = isStrict ? AsTarget(RouteSet[0].Uri) : RemoteTarget;
        SipRequest request = new(method, uri);
        request.Headers.Add(SipHeaderNames.MaxForwards, "70");
        for (int i = isStrict ? 1 : 0; i < RouteSet.Count; i++)
        {
            request.Headers.Add(SipHeaderNames.Route, RouteSet[i].ToString());
        }

        if (isStrict)
        {
            request.Headers.Add(SipHeaderNames.Route, new SipNameAddress(RemoteTarget).ToString());
        }

        request.Headers.Add(SipHeaderNames.From, _local);
        request.Headers.Add(SipHeaderNames.To, _remote);
        request.Headers.Add(SipHeaderNames.CallId, Id.CallId);
        uint number = ackOf ?? ++_localCSeq;
        request.Headers.Add(SipHeaderNames.CSeq, string.Create(CultureInfo.InvariantCulture, $"{number} {method}"));
        return request;
    }

    /// <summary>The ACK to a 2xx to that INVITE of ours. It carries the INVITE's credentials (RFC 3261 §13.2.2.4, §22.1).</summary>
    public SipRequest NewAck(SipRequest invite)
    {
        SipRequest ack = NewRequest(SipMethods.Ack, invite.CSeq.Number);
        foreach (string name in (ReadOnlySpan<string>)[SipHeaderNames.Authorization, SipHeaderNames.ProxyAuthorization])
        {
            foreach (string credentials in invite.Headers.GetLines(name))
            {
                ack.Headers.Add(name, credentials);
            }
        }

        return ack;
    }

    /// <summary>A request of this dialog once more, with the next CSeq and without what its first sending added (RFC 3261 §22.2).</summary>
    public SipRequest Again(SipRequest request)
    {
        SipRequest again = NewRequest(request.Method);
        foreach (SipHeader header in request.Headers)
        {
            if (!IsOfSending(header.Name))
            {
                again.Headers.Add(header.Name, header.Value);
            }
        }

        again.Body = request.Body;
        return again;
    }

    // What the dialog, the transport and the authentication put in.
    private static bool IsOfSending(string name) => name is SipHeaderNames.MaxForwards or SipHeaderNames.Route or SipHeaderNames.From
        or SipHeaderNames.To or SipHeaderNames.CallId or SipHeaderNames.CSeq or SipHeaderNames.Via or SipHeaderNames.Contact
        or SipHeaderNames.Allow or SipHeaderNames.Supported or SipHeaderNames.Authorization or SipHeaderNames.ProxyAuthorization;

    private static SipUri? TargetOf(SipMessage message) => message.Contact is { Uri.IsSip: true } contact ? contact.Uri : null;

    // RFC 3261 §19.1.1, table 1: neither headers nor a method stand in a Request-URI.
    private static SipUri AsTarget(SipUri uri) => uri with { Headers = null, Parameters = uri.Parameters.Without("method") };
}
