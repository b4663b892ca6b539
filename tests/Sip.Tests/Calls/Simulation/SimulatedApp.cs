using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Calls.Simulation;

/// <summary>The application behind the core: accepts everything unless a test says otherwise, and remembers what it heard.</summary>
internal sealed class SimulatedApp : ISipCallHandler, ISipTrace
{
    public SimulatedNetwork Network { get; set; } = null!;

    public List<AppCall> Calls { get; } = [];

    public List<int> Refused { get; } = [];

    public List<Exception> Faults { get; } = [];

    public List<SipDropReason> Drops { get; } = [];

    public Action<AppCall> OnCall { get; set; } = static call => call.Call.Accept(Descriptions.Ours);

    public Action<AppCall, SdpSession?> OnOffer { get; set; } = static (call, _) => call.Call.AnswerOffer(Descriptions.Ours);

    public AppCall Only => Assert.Single(Calls);

    public ISipCallEvents OnIncoming(SipCall call)
    {
        AppCall events = new(this) { Call = call };
        Calls.Add(events);
        OnCall(events);
        return events;
    }

    public void OnRefused(SipRequest invite, SipFlow flow, int status) => Refused.Add(status);

    public void OnFault(Exception fault, string? callId) => Faults.Add(fault);

    public void OnDropped(SipDropReason reason, System.Net.IPEndPoint source) => Drops.Add(reason);
}

/// <summary>One call as the application sees it.</summary>
internal sealed class AppCall(SimulatedApp app) : ISipCallEvents
{
    public SipCall Call { get; set; } = null!;

    /// <summary>Names of the events in order.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>Does something at an event, or throws.</summary>
    public Action<string>? OnHeard { get; set; }

    public SipCallEnd? End { get; private set; }

    public TimeSpan EndedAt { get; private set; }

    public int? OfferFailedWith { get; private set; }

    public (string Type, string Body)? Info { get; private set; }

    public SdpSession? LastAnswer { get; private set; }

    public List<SipProgress> Progress { get; } = [];

    void ISipCallEvents.OnProgress(SipCall ofCall, SipProgress progress)
    {
        Progress.Add(progress);
        Hear(progress.Sdp is null ? "progress" : "progress with sound");
    }

    void ISipCallEvents.OnOffer(SipCall ofCall, SdpSession? offer)
    {
        Hear(offer is null ? "offer wanted" : "offer");
        app.OnOffer(this, offer);
    }

    void ISipCallEvents.OnAnswer(SipCall ofCall, SdpSession answer)
    {
        LastAnswer = answer;
        Hear("answer");
    }

    void ISipCallEvents.OnRefreshed(SipCall ofCall, SdpSession answer) => Hear("refreshed");

    void ISipCallEvents.OnConfirmed(SipCall ofCall) => Hear("confirmed");

    void ISipCallEvents.OnInfo(SipCall ofCall, string contentType, ReadOnlyMemory<byte> body)
    {
        Info = (contentType, System.Text.Encoding.ASCII.GetString(body.Span));
        Hear("info");
    }

    void ISipCallEvents.OnEnded(SipCall ofCall, SipCallEnd end)
    {
        Hear("ended");
        End = end;
        EndedAt = app.Network.Now;
    }

    void ISipCallEvents.OnOfferWithdrawn(SipCall ofCall) => Hear("offer withdrawn");

    void ISipCallEvents.OnOfferFailed(SipCall ofCall, int status)
    {
        OfferFailedWith = status;
        Hear("offer failed");
    }

    void ISipCallEvents.OnAlive(SipCall ofCall) => Hear("alive");

    private void Hear(string what)
    {
        // The end is the last event of every call; a second end or anything after it is a defect.
        Assert.Null(End);
        Heard.Add(what);
        OnHeard?.Invoke(what);
    }
}

/// <summary>Session descriptions for tests.</summary>
internal static class Descriptions
{
    public static readonly SdpSession Ours = Read("192.0.2.1", 20_000, "sendrecv");

    public static readonly string Theirs = Read("192.0.2.9", 30_000, "sendrecv").ToString();

    public static readonly string Hold = Read("192.0.2.9", 30_000, "sendonly").ToString();

    private static SdpSession Read(string address, int port, string direction)
    {
        string text = $"v=0\r\no=- 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\n"
            + $"m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na={direction}\r\n";
        Assert.True(SdpSession.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out SdpSession session));
        return session;
    }
}
