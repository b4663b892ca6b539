using System.Globalization;
using System.Net;
using System.Text;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Calls.Simulation;

/// <summary>Whoever the bridge calls, made of single messages: one or several ends that answer as the test says.</summary>
/// <remarks>It has no transactions, so that it can break every rule. Requests but INVITE and ACK get 200 by themselves.</remarks>
internal sealed class SimulatedCallee : SimulatedEnd
{
    public static readonly IPEndPoint Address = new(IPAddress.Parse("192.0.2.7"), 5060);

    private readonly SipTransportKind _transport;
    private uint _cseq = 100;

    public SimulatedCallee(SimulatedNetwork network, SipTransportKind transport = SipTransportKind.Udp)
        : base(network)
    {
        _transport = transport;
        network.Attach(Address, this);
    }

    public override TimeSpan Deadline => TimeSpan.MaxValue;

    /// <summary>Everything that arrived, in order, repeats included.</summary>
    public List<(TimeSpan At, SipMessage Message)> Arrived { get; } = [];

    /// <summary>Statuses for requests but INVITE and ACK, by method; 0 is silence. 200 for those that are not here.</summary>
    public Dictionary<string, int> Statuses { get; } = [];

    /// <summary>Completes such an answer before it goes out.</summary>
    public Action<SipRequest, SipResponse>? Complete { get; set; }

    /// <summary>Whether a CANCEL makes the INVITE end with 487.</summary>
    public bool ObeysCancel { get; set; } = true;

    public SipRequest Invite => Requests("INVITE").Last();

    public IEnumerable<SipRequest> Requests(string method) =>
        Arrived.Select(static item => item.Message).OfType<SipRequest>().Where(request => request.Method == method);

    public IEnumerable<SipResponse> Responses(string method) =>
        Arrived.Select(static item => item.Message).OfType<SipResponse>().Where(response => response.CSeq.Method == method);

    /// <summary>Answers the last INVITE, or another one.</summary>
    public void Reply(
        int status, string tag = "a", string? sdp = null, uint? rseq = null, Action<SipResponse>? change = null, SipRequest? to = null)
    {
        SipResponse response = SipResponse.For(to ?? Invite, status, toTag: tag.Length == 0 ? null : tag);
        if (status is > 100 and < 300)
        {
            response.Headers.Add("Contact", $"<sip:{(tag.Length == 0 ? "x" : tag)}@{Address}>");
            response.Headers.Add("Allow", "INVITE, ACK, CANCEL, BYE, UPDATE, PRACK");
        }

        if (rseq is { } number)
        {
            response.Headers.Add("Require", "100rel");
            response.Headers.Add("RSeq", number.ToString(CultureInfo.InvariantCulture));
        }

        if (sdp is not null)
        {
            response.SetBody(SdpSession.ContentType, Encoding.ASCII.GetBytes(sdp));
        }

        change?.Invoke(response);
        Send(response);
    }

    /// <summary>Sends a request in the dialog of one end.</summary>
    public SipRequest Ask(string method, string tag = "a", string? sdp = null, Action<SipRequest>? change = null)
    {
        SipRequest invite = Invite;
        SipRequest request = new(method, invite.Contact!.Uri);
        string branch = string.Create(CultureInfo.InvariantCulture, $"z9hG4bKcallee{++_cseq}");
        request.Headers.Add("Via", $"SIP/2.0/{(_transport == SipTransportKind.Tcp ? "TCP" : "UDP")} {Address};branch={branch};rport");
        request.Headers.Add("From", $"{invite.Headers["To"]};tag={tag}");
        request.Headers.Add("To", invite.Headers["From"]!);
        request.Headers.Add("Call-ID", invite.CallId);
        request.Headers.Add("CSeq", string.Create(CultureInfo.InvariantCulture, $"{_cseq} {method}"));
        request.Headers.Add("Contact", $"<sip:{tag}@{Address}>");
        if (sdp is not null)
        {
            request.SetBody(SdpSession.ContentType, Encoding.ASCII.GetBytes(sdp));
        }

        change?.Invoke(request);
        Send(request);
        return request;
    }

    /// <summary>Acknowledges the 2xx to a request of <see cref="Ask"/>.</summary>
    public void Acknowledge(SipRequest asked) =>
        Ask("ACK", asked.From.Tag!, change: ack => ack.Headers.Set("CSeq", $"{asked.CSeq.Number} ACK"));

    public void Send(SipMessage message) =>
        Network.Send(new SipFlow(_transport, Address, SimulatedBridge.Address, Channel: 7), SipWriter.Write(message));

    public override void OnBytes(SipFlow flow, byte[] bytes)
    {
        SipMessage? message = SipParser.Parse(bytes).Message;
        Assert.NotNull(message);
        Arrived.Add((Network.Now, message));
        if (message is not SipRequest { Method: not ("INVITE" or "ACK") } request)
        {
            return;
        }

        int status = Statuses.GetValueOrDefault(request.Method, 200);
        if (status == 0)
        {
            return;
        }

        SipResponse response = SipResponse.For(request, status, toTag: "a");
        Complete?.Invoke(request, response);
        Send(response);
        if (request.Method == "CANCEL" && ObeysCancel)
        {
            Reply(487);
        }
    }

    public override void OnTime()
    {
    }
}
