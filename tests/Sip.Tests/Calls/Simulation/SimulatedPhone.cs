using System.Globalization;
using System.Net;
using System.Text;
using PhoneBridge.Sip.Dialogs;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Calls.Simulation;

/// <summary>A caller: client transactions and a dialog of the UAC, steered by the test.</summary>
internal sealed class SimulatedPhone : SimulatedEnd, IServerTransactionUser, IClientTransactionUser
{
    private static int _lastPort = 10_000;

    private readonly SipOutbox _outbox = new();
    private readonly TransactionTable _table;
    private readonly SipTransportKind _transport;
    private readonly Dictionary<uint, SipRequest> _acks = [];
    private readonly HashSet<ClientTransaction> _cancelled = [];
    private int _branch;

    public SimulatedPhone(SimulatedNetwork network, SipTransportKind transport = SipTransportKind.Udp, int? port = null)
        : base(network)
    {
        _transport = transport;
        Address = new IPEndPoint(IPAddress.Parse("192.0.2.9"), port ?? (_lastPort = _lastPort > 60_000 ? 10_001 : _lastPort + 1));
        CallId = string.Create(CultureInfo.InvariantCulture, $"{network.Random.NextInt64()}@phone");
        Tag = string.Create(CultureInfo.InvariantCulture, $"t{network.Random.NextInt64()}");
        _table = new TransactionTable(SipTimers.Default, _outbox, this, capacity: 1000);
        network.Attach(Address, this);
    }

    public IPEndPoint Address { get; }

    public string CallId { get; }

    public string Tag { get; }

    public SipDialog? Dialog { get; private set; }

    public InviteClientTransaction? Invitation { get; private set; }

    /// <summary>Whether 2xx are acknowledged; the first so many are not.</summary>
    public int IgnoredOks { get; set; }

    /// <summary>The body of ACKs; null for none.</summary>
    public string? AckBody { get; set; }

    /// <summary>The statuses with which requests of the bridge are answered; then 200. 0 is silence.</summary>
    public Queue<int> Answers { get; } = new();

    /// <summary>Completes an answer to a request of the bridge before it goes out.</summary>
    public Action<SipRequest, SipResponse>? Complete { get; set; }

    /// <summary>False to forget what arrived, in tests with many phones.</summary>
    public bool KeepsArrivals { get; init; } = true;

    /// <summary>Everything that arrived, in order.</summary>
    public List<(TimeSpan At, SipMessage Message)> Arrived { get; } = [];

    /// <summary>Final answers to our requests.</summary>
    public List<SipResponse> Finals { get; } = [];

    public bool IsIdle => _table is { ServerCount: 0, ClientCount: 0 };

    public override TimeSpan Deadline => _table.Deadline;

    private SipFlow Flow => new(_transport, Address, SimulatedBridge.Address, _transport == SipTransportKind.Udp ? 0 : Address.Port);

    public IEnumerable<SipResponse> Responses(int status) =>
        Arrived.Select(static item => item.Message).OfType<SipResponse>().Where(response => response.StatusCode == status);

    public IEnumerable<SipRequest> Requests(string method) =>
        Arrived.Select(static item => item.Message).OfType<SipRequest>().Where(request => request.Method == method);

    public SipResponse Final(string method) => Finals.Last(response => response.CSeq.Method == method);

    /// <summary>Sends the INVITE.</summary>
    public void Invite(string? sdp, Action<SipRequest>? change = null)
    {
        SipRequest invite = NewRequest(SipMethods.Invite, sdp);
        change?.Invoke(invite);
        Invitation = (InviteClientTransaction)_table.Start(invite, Flow, null, this, Network.Now);
        Flush();
    }

    /// <summary>Sends a request outside dialogs.</summary>
    public void Send(string method, Action<SipRequest>? change = null)
    {
        SipRequest request = NewRequest(method, null);
        change?.Invoke(request);
        _table.Start(request, Flow, null, this, Network.Now);
        Flush();
    }

    /// <summary>Sends a request within the dialog.</summary>
    public ClientTransaction SendInDialog(string method, string? body = null, string type = SdpSession.ContentType, Action<SipRequest>? change = null)
    {
        SipRequest request = Dialog!.NewRequest(method);
        AddViaAndContact(request);
        if (body is not null)
        {
            request.SetBody(type, Encoding.ASCII.GetBytes(body));
        }

        change?.Invoke(request);
        ClientTransaction transaction = _table.Start(request, Flow, null, this, Network.Now);
        Flush();
        return transaction;
    }

    /// <summary>Takes the dialog from a provisional answer, to send requests before the final one.</summary>
    public void EnterEarlyDialog() => Dialog ??= SipDialog.ForOutgoing(
        Invitation!.Request, Arrived.Select(static item => item.Message).OfType<SipResponse>().First(static response => response.To.Tag is not null), Flow);

    /// <summary>Gives an INVITE up (RFC 3261 §9.1); a second time nothing happens.</summary>
    public void Cancel(ClientTransaction? of = null)
    {
        if (!_cancelled.Add(of ?? Invitation!))
        {
            return;
        }

        SipRequest invite = (of ?? Invitation!).Request;
        SipRequest cancel = new(SipMethods.Cancel, invite.Uri);
        cancel.Headers.Add("Via", invite.TopVia.ToString());
        cancel.Headers.Add("Max-Forwards", "70");
        cancel.Headers.Add("From", invite.Headers["From"]!);
        cancel.Headers.Add("To", invite.Headers["To"]!);
        cancel.Headers.Add("Call-ID", invite.CallId);
        cancel.Headers.Add("CSeq", string.Create(CultureInfo.InvariantCulture, $"{invite.CSeq.Number} CANCEL"));
        _table.Start(cancel, Flow, null, this, Network.Now);
        Flush();
    }

    /// <summary>Sends the ACK for an INVITE of ours, first or repeated.</summary>
    public void Ack(uint cseq)
    {
        if (!_acks.TryGetValue(cseq, out SipRequest? ack))
        {
            ack = Dialog!.NewRequest(SipMethods.Ack, cseq);
            AddViaAndContact(ack);
            if (AckBody is not null)
            {
                ack.SetBody(SdpSession.ContentType, Encoding.ASCII.GetBytes(AckBody));
            }

            _acks.Add(cseq, ack);
        }

        Network.Send(Flow, SipWriter.Write(ack));
    }

    /// <summary>Puts bytes on the wire as they are.</summary>
    public void SendRaw(string text) => Network.Send(Flow, Encoding.UTF8.GetBytes(text));

    /// <summary>Puts a message on the wire without any transaction.</summary>
    public void SendRaw(SipMessage message) => Network.Send(Flow, SipWriter.Write(message));

    public SipRequest NewRequest(string method, string? sdp)
    {
        Assert.True(SipUri.TryParse("sip:room@192.0.2.1", out SipUri uri));
        SipRequest request = new(method, uri);
        request.Headers.Add("Max-Forwards", "70");
        request.Headers.Add("From", $"<sip:caller@192.0.2.9>;tag={Tag}");
        request.Headers.Add("To", "<sip:room@192.0.2.1>");
        request.Headers.Add("Call-ID", CallId);
        request.Headers.Add("CSeq", $"1 {method}");
        AddViaAndContact(request);
        if (sdp is not null)
        {
            request.SetBody(SdpSession.ContentType, Encoding.ASCII.GetBytes(sdp));
        }

        return request;
    }

    public override void OnBytes(SipFlow flow, byte[] bytes)
    {
        SipParseResult parsed = SipParser.Parse(bytes);
        Assert.NotNull(parsed.Message);
        if (KeepsArrivals)
        {
            Arrived.Add((Network.Now, parsed.Message));
        }

        switch (parsed.Message)
        {
            case SipRequest request:
                _table.OnRequest(request, flow, Network.Now);
                break;
            case SipResponse response:
                _table.OnResponse(response, Network.Now);
                break;
        }

        Flush();
    }

    public override void OnTime()
    {
        _table.OnTime(Network.Now);
        Flush();
    }

    void IClientTransactionUser.OnResponse(ClientTransaction transaction, SipResponse response, TimeSpan now)
    {
        if (response.StatusCode < 200)
        {
            return;
        }

        if (Finals.TrueForAll(known => known.CSeq != response.CSeq || known.StatusCode != response.StatusCode))
        {
            Finals.Add(response);
        }

        if (transaction is InviteClientTransaction && response.StatusCode < 300)
        {
            Dialog ??= SipDialog.ForOutgoing(transaction.Request, response, Flow);
            Dialog.RefreshTarget(response);
            if (IgnoredOks-- <= 0)
            {
                Ack(response.CSeq.Number);
            }
        }
    }

    void IClientTransactionUser.OnFailure(ClientTransaction transaction, TransactionEvent failure, TimeSpan now)
    {
    }

    void IServerTransactionUser.OnRequest(ServerTransaction transaction, TimeSpan now)
    {
        int status = Answers.Count > 0 ? Answers.Dequeue() : 200;
        if (status == 0)
        {
            return;
        }

        SipResponse response = SipResponse.For(transaction.Request, status, toTag: Tag);
        if (transaction is InviteServerTransaction && status == 200)
        {
            response.Headers.Add("Contact", Contact);
            response.SetBody(SdpSession.ContentType, Encoding.ASCII.GetBytes(Descriptions.Theirs));
        }

        Complete?.Invoke(transaction.Request, response);
        _table.Respond(transaction, response, now);
    }

    void IServerTransactionUser.OnAck(SipRequest ack, SipFlow flow, TimeSpan now)
    {
    }

    void IServerTransactionUser.OnCancel(ServerTransaction cancel, InviteServerTransaction? invite, TimeSpan now)
    {
    }

    void IServerTransactionUser.OnOverflow(SipRequest request, SipFlow flow)
    {
    }

    public string Contact => $"<sip:caller@{Address}{(_transport == SipTransportKind.Tcp ? ";transport=tcp" : "")}>";

    private void AddViaAndContact(SipRequest request)
    {
        string protocol = _transport == SipTransportKind.Tcp ? "TCP" : "UDP";
        request.Headers.AddFirst("Via", $"SIP/2.0/{protocol} {Address};branch=z9hG4bK{Tag}x{++_branch};rport");
        request.Headers.Add("Contact", Contact);
    }

    private void Flush()
    {
        while (_outbox.TryTake(out SipOutgoing outgoing))
        {
            Network.Send(outgoing.Flow, SipWriter.Write(outgoing.Message));
        }

        Network.Updated(this);
    }
}
