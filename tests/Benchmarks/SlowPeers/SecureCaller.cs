using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.SlowPeers;

/// <summary>Short calls over TLS, each by a connection of its own: from the first SYN to the 200.</summary>
/// <param name="bridge">Where the bridge takes TLS.</param>
/// <param name="trust">The authority of its certificate.</param>
internal sealed class SecureCaller(IPEndPoint bridge, X509Certificate2Collection trust)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private int _number;

    /// <summary>Connects, calls, hangs up.</summary>
    /// <param name="into">Takes the time from connecting to the 200; may be used by several at a time.</param>
    /// <returns>False when there was no 200 within 10 s.</returns>
    public async Task<bool> CallAsync(Distribution into)
    {
        int number = Interlocked.Increment(ref _number);
        using CancellationTokenSource limit = new(Limit);
        TimeSpan start = MonotonicTime.Now;
        try
        {
            using TcpClient client = new(AddressFamily.InterNetwork);
            await client.ConnectAsync(bridge, limit.Token);
            await using SslStream tls = new(client.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "127.0.0.1",
                    CertificateChainPolicy = new X509ChainPolicy
                    {
                        TrustMode = X509ChainTrustMode.CustomRootTrust,
                        CustomTrustStore = { trust[0] },
                        RevocationMode = X509RevocationMode.NoCheck,
                    },
                },
                limit.Token);
            string local = client.Client.LocalEndPoint!.ToString()!;
            await tls.WriteAsync(Request("INVITE", number, local, null), limit.Token);
            string? toTag = await FinalAsync(tls, limit.Token);
            TimeSpan taken = MonotonicTime.Now - start;
            if (toTag is null)
            {
                return false;
            }

            lock (into)
            {
                into.Add(taken);
            }

            await tls.WriteAsync(Request("ACK", number, local, toTag), limit.Token);
            await tls.WriteAsync(Request("BYE", number, local, toTag), limit.Token);
            await FinalAsync(tls, limit.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    // The To tag of a 2xx; null for another final answer.
    private static async Task<string?> FinalAsync(SslStream tls, CancellationToken stop)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[8192];
        while (true)
        {
            int count = await tls.ReadAsync(buffer, stop);
            if (count == 0)
            {
                throw new IOException("The bridge closed the connection.");
            }

            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            string all = text.ToString();
            int final = all.LastIndexOf("SIP/2.0 ", StringComparison.Ordinal);
            if (all[final + 8] == '1' || !all.AsSpan(final).Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                continue;
            }

            int tag = all.IndexOf(";tag=", all.IndexOf("\r\nTo:", final, StringComparison.OrdinalIgnoreCase), StringComparison.Ordinal) + 5;
            return all[final + 8] == '2' ? all[tag..all.IndexOf('\r', tag)] : null;
        }
    }

    private static byte[] Request(string method, int number, string local, string? toTag)
    {
        string body = method != "INVITE" ? "" : string.Join("\r\n",
            "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", "m=audio 9 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000", "");
        int sequence = method == "BYE" ? 2 : 1;
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
            {method} sip:bridge@127.0.0.1;transport=tls SIP/2.0
            Via: SIP/2.0/TLS {local};branch=z9hG4bK{method}{number}
            Max-Forwards: 70
            From: <sip:+33100000000@127.0.0.1>;tag=slow{number}
            To: <sip:bridge@127.0.0.1>{(toTag is null ? "" : ";tag=" + toTag)}
            Call-ID: slow-{number}@127.0.0.1
            CSeq: {sequence} {method}
            Contact: <sip:caller@{local};transport=tls>
            Content-Type: application/sdp
            Content-Length: {body.Length}


            """).ReplaceLineEndings("\r\n") + body);
    }
}
