using System.Globalization;
using System.Net;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>One call of a load, as its caller's phone signals it: INVITE, ACK, BYE over UDP with repeats.</summary>
/// <param name="exchange">The socket.</param>
/// <param name="caller">The caller's number.</param>
/// <param name="codec">What it offers.</param>
internal sealed class LoadCall(LoadExchange exchange, string caller, LoadCodec codec)
{
    private static readonly TimeSpan T1 = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan GiveUp = 64 * T1;

    private readonly string _callId = Guid.NewGuid().ToString("N");
    private readonly string _tag = Guid.NewGuid().ToString("N")[..10];
    private string _to = "", _target = "";
    private int _sequence;
    private byte[]? _ack;
    private Transaction? _transaction;

    /// <summary>From INVITE to the final response.</summary>
    public TimeSpan SetUp { get; private set; }

    /// <summary>Whether any request had to be repeated.</summary>
    public bool HadRepeats { get; private set; }

    /// <summary>Calls and acknowledges.</summary>
    /// <param name="user">User part of the request URI.</param>
    /// <param name="media">Own RTP end point.</param>
    /// <returns>What was agreed.</returns>
    /// <exception cref="InvalidOperationException">The call was refused or not answered.</exception>
    public async Task<LoadAgreement> DialAsync(string user, IPEndPoint media)
    {
        _target = $"sip:{user}@{exchange.Server}";
        _to = $"<{_target}>";
        exchange.Register(_callId, this);
        string offer = LoadSdp.Write(media, codec);
        TimeSpan start = MonotonicTime.Now;
        SipWire answer = await TransactAsync(Build("INVITE", ++_sequence).WithBody("application/sdp", offer));
        SetUp = MonotonicTime.Now - start;
        if (answer.Status >= 300)
        {
            exchange.Forget(_callId);
            throw new InvalidOperationException($"The call was refused: {answer.StartLine}");
        }

        _to = answer["To"]!;
        _target = SipWire.Uri(answer["Contact"]!);
        _ack = Build("ACK", _sequence).Write();
        exchange.Send(_ack);
        return LoadSdp.Read(answer.Body, codec);
    }

    /// <summary>Hangs up.</summary>
    public async Task HangUpAsync()
    {
        await TransactAsync(Build("BYE", ++_sequence));
        exchange.Forget(_callId);
    }

    /// <summary>Takes a response. On the exchange's reading task.</summary>
    public void OnResponse(SipWire response)
    {
        if (Volatile.Read(ref _transaction) is { } waiting && waiting.Sequence == response.Sequence)
        {
            waiting.IsProceeding = true;
            if (response.Status >= 200)
            {
                waiting.Final.TrySetResult(response);
            }
        }

        if (response is { Method: "INVITE", Status: >= 200 and < 300 } && _ack is { } again)
        {
            exchange.Send(again);       // RFC 3261 §13.2.2.4: every repeated 2xx gets the ACK again
        }
    }

    private async Task<SipWire> TransactAsync(SipWire request)
    {
        Transaction transaction = new(_sequence);
        Volatile.Write(ref _transaction, transaction);
        byte[] datagram = request.Write();
        TimeSpan interval = T1;
        TimeSpan end = MonotonicTime.Now + GiveUp;
        exchange.Send(datagram);
        while (MonotonicTime.Now < end)
        {
            try
            {
                return await transaction.Final.Task.WaitAsync(interval);
            }
            catch (TimeoutException)
            {
                interval *= 2;
                if (!transaction.IsProceeding)
                {
                    HadRepeats = true;
                    exchange.Send(datagram);
                }
            }
        }

        throw new InvalidOperationException($"No final response to {request.Method}.");
    }

    private SipWire Build(string method, int sequence) => SipWire.Request(method, _target)
        .Add("Via", string.Create(CultureInfo.InvariantCulture, $"SIP/2.0/UDP {exchange.Local};branch=z9hG4bK{Guid.NewGuid():N};rport"))
        .Add("Max-Forwards", "70")
        .Add("From", $"<sip:{caller}@{exchange.Local.Address}>;tag={_tag}")
        .Add("To", _to)
        .Add("Call-ID", _callId)
        .Add("CSeq", $"{sequence} {method}")
        .Add("Contact", $"<sip:{caller}@{exchange.Local}>");

    private sealed class Transaction(int sequence)
    {
        public int Sequence => sequence;

        public bool IsProceeding { get; set; }

        public TaskCompletionSource<SipWire> Final { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
