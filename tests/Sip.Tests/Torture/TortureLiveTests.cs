using System.Net;
using System.Net.Sockets;
using System.Text;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Tests.Transport;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Torture;

/// <summary>All messages of RFC 4475 and RFC 5118 over real sockets, byte for byte: the answers of the table, and nothing left afterwards.</summary>
[Trait("Req", "MSG8")]
public sealed class TortureLiveTests : IAsyncDisposable
{
    private const string ProbeId = "torture-probe";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    // Calls are never acknowledged here: with a short T1 that is over soon.
    private static readonly SipTimers Timers = new() { T1 = TimeSpan.FromMilliseconds(2), T2 = TimeSpan.FromMilliseconds(16), T4 = TimeSpan.FromMilliseconds(20) };

    private readonly EchoApp _app = new();
    private readonly AnswerLog _log = new();
    private readonly SipEndpoint _endpoint;

    public TortureLiveTests() => _endpoint = new SipEndpoint(
        new SipEndpointOptions
        {
            Timers = Timers,
            Listen = [new(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 0)), new(SipTransportKind.Tcp, new IPEndPoint(IPAddress.Loopback, 0))],
        },
        _app,
        _log);

    public static IEnumerable<TheoryDataRow<string, string>> Datagrams => TortureTable.Rows.Select(row => new TheoryDataRow<string, string>(row.Name, row.Datagram));

    public static IEnumerable<TheoryDataRow<string, string>> Streams => TortureTable.Rows.Select(row => new TheoryDataRow<string, string>(row.Name, row.Stream));

    public async ValueTask DisposeAsync() => await _endpoint.DisposeAsync();

    [Theory]
    [MemberData(nameof(Datagrams))]
    public Task A_datagram_gets_the_answers_of_the_table(string name, string expected) => TryAsync(SipTransportKind.Udp, name, expected);

    [Theory]
    [MemberData(nameof(Streams))]
    public Task A_stream_gets_the_answers_of_the_table(string name, string expected) => TryAsync(SipTransportKind.Tcp, name, expected);

    [Fact]
    public void The_table_has_all_49_messages_of_RFC_4475_and_12_of_RFC_5118_once_each()
    {
        Assert.Equal(49 + 12, TortureMessage.Names.Count);
        Assert.Equal(TortureMessage.Names, TortureTable.Rows.Select(row => row.Name).Order(StringComparer.Ordinal));
    }

    private async Task TryAsync(SipTransportKind transport, string name, string expected)
    {
        await _endpoint.StartAsync(TestContext.Current.CancellationToken);
        bool isStream = transport == SipTransportKind.Tcp;
        using Socket socket = isStream
            ? new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(_endpoint.Bound.Single(listen => listen.Transport == transport).EndPoint, TestContext.Current.CancellationToken);

        // Answers to datagrams mostly go to port 5060, where the Vias of the RFCs want them: the endpoint's own word is taken.
        IAnswers answers = isStream ? new AnswerReader(socket) : _log;
        Assert.Equal(expected, await AnswersAsync(socket, answers, name, expected));
        socket.Dispose();
        await AssertNothingIsLeftAsync();
    }

    private static async Task<string> AnswersAsync(Socket socket, IAnswers answers, string name, string expected)
    {
        await socket.SendAsync(TortureMessage.Read(name));
        int awaited = expected.StartsWith(IAnswers.Silence, StringComparison.Ordinal) ? 1 : expected.Split(' ').Count(word => char.IsAsciiDigit(word[0]));
        TimeSpan patience = expected.Contains(IAnswers.Silence, StringComparison.Ordinal) ? Moment : Patience;
        bool isProbed = false;
        List<string> seen = [];
        while (true)
        {
            if (!isProbed && seen.Count >= awaited)
            {
                // All that was expected has come; what there is beyond it comes before the answer to this.
                isProbed = true;
                await SendProbeAsync(socket);
            }

            (string status, string callId) = await answers.NextAsync(patience);
            if (callId != ProbeId && seen.LastOrDefault() != status)
            {
                seen.Add(status);
            }

            if (callId == ProbeId || status == IAnswers.Closed || (status == IAnswers.Silence && isProbed))
            {
                return seen.Count == 0 ? "dropped" : string.Join(' ', seen);
            }
        }
    }

    private static async Task SendProbeAsync(Socket socket)
    {
        string probe = $"OPTIONS sip:bridge@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK{Guid.NewGuid():N}\r\nMax-Forwards: 70\r\n"
            + $"From: <sip:probe@127.0.0.1>;tag=1\r\nTo: <sip:bridge@127.0.0.1>\r\nCall-ID: {ProbeId}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(probe));
        }
        catch (SocketException)
        {
            // The connection is closed already; the reader is going to say so.
        }
    }

    private async Task AssertNothingIsLeftAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        while (_endpoint.Counters is not { Dialogs: 0, ServerTransactions: 0, ClientTransactions: 0, Timers: 0, Connections: 0 })
        {
            // The counters have no event: look again until they show it.
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }

        Assert.Empty(_app.Faults);
        Assert.Equal(0, _endpoint.Counters.Faults);
    }
}
