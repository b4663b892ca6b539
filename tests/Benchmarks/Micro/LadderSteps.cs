using System.Net;
using BenchmarkDotNet.Attributes;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>What a call's ladder costs for each message: on the SIP loop, and behind its back.</summary>
public class LadderSteps
{
    private static readonly SipFlow Flow = new(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 5060), new IPEndPoint(IPAddress.Loopback, 5070), 1);

    private readonly SipRequest _invite = (SipRequest)SipParser.Parse(SipParsing.Invite).Message!;

    /// <summary>On the SIP loop.</summary>
    [Benchmark(Baseline = true)]
    public object Take() => SeenMessage.Take(_invite, Flow, isSent: false, Moment.Of(TimeProvider.System));

    /// <summary>On the worker.</summary>
    [Benchmark]
    public int Redact() => MessageRedaction.Redact(SeenMessage.Take(_invite, Flow, isSent: false, default), new HiddenDigits()).Text.Length;
}
