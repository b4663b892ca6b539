using System.Collections.Concurrent;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Transport;

/// <summary>Accepts every call and every offer on real sockets.</summary>
internal sealed class EchoApp : ISipCallHandler, ISipCallEvents, ISipTrace
{
    public ConcurrentBag<Exception> Faults { get; } = [];

    public ConcurrentQueue<SipCall> Calls { get; } = [];

    public ConcurrentQueue<SipCallEnd> Ends { get; } = [];

    public TaskCompletionSource<SipCall> Confirmed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<SipCallEnd> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ISipCallEvents OnIncoming(SipCall call)
    {
        Calls.Enqueue(call);
        call.Ring();
        call.Accept(Descriptions.Ours);
        return this;
    }

    public void OnOffer(SipCall call, SdpSession? offer) => call.AnswerOffer(Descriptions.Ours);

    public void OnAnswer(SipCall call, SdpSession answer)
    {
    }

    public void OnConfirmed(SipCall call) => Confirmed.TrySetResult(call);

    public void OnInfo(SipCall call, string contentType, ReadOnlyMemory<byte> body)
    {
    }

    public void OnEnded(SipCall call, SipCallEnd end)
    {
        Ends.Enqueue(end);
        Ended.TrySetResult(end);
    }

    public void OnFault(Exception fault, string? callId) => Faults.Add(fault);
}
