using System.Net;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Fuzz.Targets;

/// <summary>A peer's whole conversation: every message of a stream goes to a user agent that takes all calls, and in the end nothing is left.</summary>
internal sealed class AgentTarget : ISipCallHandler, ISipCallEvents, ISipTrace
{
    private static readonly SdpSession Ours = SdpSession.TryParse(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"u8, out SdpSession session)
        ? session
        : throw new InvalidOperationException("the description of this target is broken");

    private static readonly SipFlow Flow = new(
        SipTransportKind.Udp, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 5060), new IPEndPoint(IPAddress.Parse("198.51.100.2"), 5060), 0);

    private readonly SipCounters _counters = new();
    private int _open;
    private Exception? _fault;

    /// <summary>One conversation; the tag of the calls of ours is known to the peer: <c>ourtag</c> in a message stands for the last one.</summary>
    public static void Run(ReadOnlySpan<byte> input) => new AgentTarget().Talk(input);

    public ISipCallEvents OnIncoming(SipCall call)
    {
        _open++;
        call.Ring();
        call.Accept(Ours);
        return this;
    }

    public void OnOffer(SipCall call, SdpSession? offer) => call.AnswerOffer(Ours);

    public void OnAnswer(SipCall call, SdpSession answer)
    {
    }

    public void OnConfirmed(SipCall call)
    {
    }

    public void OnInfo(SipCall call, string contentType, ReadOnlyMemory<byte> body)
    {
    }

    public void OnEnded(SipCall call, SipCallEnd end) => _open--;

    public void OnFault(Exception fault, string? callId) => _fault = fault;

    private void Talk(ReadOnlySpan<byte> input)
    {
        SipUserAgent agent = new(new SipUserAgentOptions(), this, _counters, this, new SipTokens(new Random(1)), static () => { });
        TimeSpan now = TimeSpan.FromHours(1);
        string tag = "";
        SipStreamFramer framer = new();
        framer.Append(input);
        while (framer.TryRead(out SipFrame frame) && frame.Kind == SipFrameKind.Message)
        {
            byte[] bytes = System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(frame.Bytes.Span).Replace("ourtag", tag, StringComparison.Ordinal));
            agent.OnMessage(SipParser.Parse(bytes), Flow, now);
            tag = Exchange(agent, now) ?? tag;
            now += TimeSpan.FromMilliseconds(100);
        }

        // First the time passes as it does for a peer that is gone, then the calls that stay up without a timer are hung up.
        now = Wait(agent, now, 200);
        agent.HangUpAll(SipHangUp.Normal, now);
        Exchange(agent, now);
        Wait(agent, now, 10_000);

        Require(_fault is null, $"a fault: {_fault}");
        Require(_counters is { Dialogs: 0, ServerTransactions: 0, ClientTransactions: 0 }, "nothing is left");
        Require(_open == 0, "each call has one end");
    }

    private static TimeSpan Wait(SipUserAgent agent, TimeSpan now, int deadlines)
    {
        for (int i = 0; i < deadlines && agent.Deadline < TimeSpan.MaxValue; i++)
        {
            now = agent.Deadline > now ? agent.Deadline : now;
            agent.OnTime(now);
            Exchange(agent, now);
        }

        return now;
    }

    private static string? Exchange(SipUserAgent agent, TimeSpan now)
    {
        string? tag = null;
        agent.RunCommands(now);
        while (agent.Outbox.TryTake(out SipOutgoing outgoing))
        {
            SipWriter.Write(outgoing.Message);
            tag = outgoing.Message is SipResponse { StatusCode: >= 200 and < 300 } response ? response.To.Tag : tag;
        }

        return tag;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
