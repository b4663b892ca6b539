using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Calls;

/// <summary>Something of a call that the agent runs: a dialog's <see cref="InviteUsage"/>, or an <see cref="OutgoingCall"/> before its answer.</summary>
internal interface ICallLeg : IDeadline
{
    /// <summary>For the trace.</summary>
    string CallId { get; }

    /// <summary>The dialog that the application's commands are for; null while there is none.</summary>
    InviteUsage? Target { get; }

    /// <summary>Nothing more is waited for.</summary>
    bool IsOver { get; }

    /// <summary>Acts on what is due.</summary>
    void OnTime(TimeSpan now);

    /// <summary>Ends the call from our side.</summary>
    void HangUp(SipHangUp cause, TimeSpan now);

    /// <summary>A defect showed itself while this call was worked on: the call ends, the others go on.</summary>
    void OnFault(TimeSpan now);

    /// <summary>Forgets the call whatever its state, when even ending it has failed.</summary>
    void Abandon(TimeSpan now);
}
