namespace PhoneBridge.Sip.Calls;

/// <summary>Tells the application what becomes of one call: in order, and its end exactly once and last.</summary>
/// <remarks>All the dialogs that an outgoing call makes share one.</remarks>
internal sealed class CallReport(SipUserAgent agent)
{
    private ISipCallEvents? _events;
    private bool _isEndTold;

    /// <summary>Whom to tell.</summary>
    public void Attach(ISipCallEvents events) => _events = events;

    /// <summary>Tells something, unless the end was told. False when the application threw.</summary>
    public bool TryTell(SipCall call, Action<ISipCallEvents> tell) =>
        _events is not { } events || _isEndTold || agent.Guard(() => tell(events), call.CallId);

    /// <summary>Tells the end. False when the application threw.</summary>
    public bool TryTellEnd(SipCall call, SipCallEnd end) => TryTell(call, events =>
    {
        _isEndTold = true;
        events.OnEnded(call, end);
    });
}
