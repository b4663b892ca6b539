using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PhoneBridge.Bridge.FunctionalTests.Signalling;

/// <summary>An INVITE that reaches us by two ways is one call. By a plain socket: SIPp fixes the order of the two answers.</summary>
public sealed class MergedInviteTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Req", "TRX5")]
    public async Task The_same_request_under_another_branch_is_refused_and_the_call_goes_on()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await SendAsync(socket, "INVITE", "z9hG4bKone", "");
        await SendAsync(socket, "INVITE", "z9hG4bKtwo", "");

        Dictionary<string, (int Status, string To)> final = [];
        while (final.Count < 2)
        {
            (string branch, int status, string to) = await ReceiveAsync(socket);
            if (status >= 200)
            {
                final[branch] = (status, to);
                await SendAsync(socket, "ACK", status == 200 ? "z9hG4bKack" : branch, to);
            }
        }

        // Whichever way came in first is the call.
        Assert.Equal([200, 482], final.Values.Select(answer => answer.Status).Order());
        string tag = final.Values.Single(answer => answer.Status == 200).To;
        await SendAsync(socket, "BYE", "z9hG4bKbye", tag, sequence: 2);
        (string Branch, int Status, string To) bye;
        do
        {
            bye = await ReceiveAsync(socket);
        }
        while (bye.Branch != "z9hG4bKbye");

        Assert.Equal(200, bye.Status);
        await fixture.WaitUntilIdleAsync(TimeSpan.FromSeconds(5));
    }

    private async Task SendAsync(Socket socket, string method, string branch, string toTag, int sequence = 1)
    {
        string body = method == "INVITE"
            ? "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9000 RTP/AVP 8\r\n"
            : "";
        string message = $"{method} sip:1@{fixture.Bridge.Sip} SIP/2.0\r\nVia: SIP/2.0/UDP {socket.LocalEndPoint};branch={branch};rport\r\n"
            + $"From: <sip:+33699111111@{socket.LocalEndPoint}>;tag=a\r\nTo: <sip:1@{fixture.Bridge.Sip}>{toTag}\r\nCall-ID: merged@127.0.0.1\r\n"
            + $"CSeq: {sequence} {method}\r\nMax-Forwards: 70\r\nContact: <sip:{socket.LocalEndPoint}>\r\n"
            + (body.Length == 0 ? "" : "Content-Type: application/sdp\r\n") + $"Content-Length: {body.Length}\r\n\r\n{body}";
        await socket.SendToAsync(Encoding.ASCII.GetBytes(message), fixture.Bridge.Sip, Cancel);
    }

    private static async Task<(string Branch, int Status, string To)> ReceiveAsync(Socket socket)
    {
        byte[] buffer = new byte[4096];
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        int length = await socket.ReceiveAsync(buffer, limit.Token);
        string text = Encoding.ASCII.GetString(buffer, 0, length);
        return (Between(text, ";branch=", ';'), int.Parse(text.AsSpan(8, 3), provider: null), ToTag(text));
    }

    private static string ToTag(string text)
    {
        string line = text.Split("\r\n").First(l => l.StartsWith("To:", StringComparison.OrdinalIgnoreCase));
        int tag = line.IndexOf(";tag=", StringComparison.Ordinal);
        return tag < 0 ? "" : line[tag..];
    }

    private static string Between(string text, string start, char end)
    {
        int from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOfAny([end, '\r'], from)];
    }
}
