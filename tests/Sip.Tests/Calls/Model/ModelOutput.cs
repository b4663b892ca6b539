namespace PhoneBridge.Sip.Tests.Calls.Model;

/// <summary>What one step must lead to: messages that go out for the first time, and what the application is told.</summary>
internal sealed class ModelOutput
{
    private bool _isEndTold;

    public List<string> Sent { get; } = [];

    public List<string> Told { get; } = [];

    public void Send(string message) => Sent.Add(message);

    public void Tell(string what)
    {
        if (!_isEndTold)
        {
            Told.Add(what);
        }
    }

    public void TellEnd(SipCallEndOf kind)
    {
        Tell($"ended {kind}");
        _isEndTold = true;
    }

    public void Clear()
    {
        Sent.Clear();
        Told.Clear();
    }
}

/// <summary>The ends that the model knows, by the names that the core gives them.</summary>
internal enum SipCallEndOf
{
    Cancelled,
    Rejected,
    Refused,
    RemoteHangUp,
    LocalHangUp,
    NotAnswered,
    NoAck,
    AnswerMissing,
    PeerGone,
}
