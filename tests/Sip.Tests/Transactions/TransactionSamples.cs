using System.Net;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Transactions;

/// <summary>Messages and flows for tests of the four machines.</summary>
internal static class TransactionSamples
{
    public static readonly TimeSpan T0 = TimeSpan.FromHours(1);

    public static readonly SipFlow Udp = new(
        SipTransportKind.Udp, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 5060), new IPEndPoint(IPAddress.Parse("192.0.2.9"), 5060), 0);

    public static readonly SipFlow Tcp = Udp with { Transport = SipTransportKind.Tcp, Channel = 7 };

    public static SipRequest Request(
        string method, string? branch = "z9hG4bKsample", string callId = "call-1", uint cseq = 1, string? toTag = null,
        string? fromTag = "caller", string sentBy = "192.0.2.9:5060")
    {
        Assert.True(SipUri.TryParse("sip:room@192.0.2.1", out SipUri uri));
        SipRequest request = new(method, uri);
        request.Headers.Add("Via", $"SIP/2.0/UDP {sentBy}" + (branch is null ? "" : $";branch={branch}"));
        request.Headers.Add("Max-Forwards", "70");
        request.Headers.Add("From", "<sip:a@192.0.2.9>" + (fromTag is null ? "" : $";tag={fromTag}"));
        request.Headers.Add("To", "<sip:room@192.0.2.1>" + (toTag is null ? "" : $";tag={toTag}"));
        request.Headers.Add("Call-ID", callId);
        request.Headers.Add("CSeq", $"{cseq} {method}");
        request.Headers.Add("Contact", "<sip:a@192.0.2.9:5060>");
        return request;
    }

    public static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>Runs a machine by its own deadlines and lists when it sent something, in ms since <see cref="T0"/>.</summary>
    public static (List<double> SentAt, TransactionEvent Last, double EndedAt) RunToEnd(SipTransaction machine)
    {
        List<double> sent = [];
        TransactionEvent last = TransactionEvent.None;
        double ended = 0;
        while (machine.Deadline != TimeSpan.MaxValue && machine.State != TransactionState.Terminated)
        {
            TimeSpan now = machine.Deadline;
            TransactionStep step = machine.OnTime(now);
            ended = (now - T0).TotalMilliseconds;
            if (step.Send is not null)
            {
                sent.Add(ended);
            }

            last = step.Event == TransactionEvent.None ? last : step.Event;
        }

        return (sent, last, ended);
    }
}

/// <summary>Hears nothing: for machines whose steps the test reads itself.</summary>
internal sealed class SilentClient : IClientTransactionUser
{
    public void OnResponse(ClientTransaction transaction, SipResponse response, TimeSpan now)
    {
    }

    public void OnFailure(ClientTransaction transaction, TransactionEvent failure, TimeSpan now)
    {
    }
}
