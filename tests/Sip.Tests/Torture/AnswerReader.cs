using System.Net.Sockets;
using System.Text;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Tests.Torture;

/// <summary>What comes on a connection, read as text: answers to malformed requests need not be whole messages themselves.</summary>
internal sealed class AnswerReader(Socket socket) : IAnswers
{
    private readonly SipStreamFramer _framer = new();
    private readonly HashSet<string> _seen = [];
    private readonly byte[] _buffer = new byte[65_536];

    public async Task<(string Status, string CallId)> NextAsync(TimeSpan patience)
    {
        using CancellationTokenSource limit = new(patience);
        while (true)
        {
            if (_framer.TryRead(out SipFrame frame))
            {
                string[] lines = Encoding.UTF8.GetString(frame.Bytes.Span).Split("\r\n");
                string callId = Line(lines, "Call-ID");
                if (lines[0].Split(' ') is ["SIP/2.0", { } status, ..] && status[0] != '1' && _seen.Add($"{status} {callId} {Line(lines, "CSeq")}"))
                {
                    return (status, callId);
                }

                continue;
            }

            try
            {
                int count = await socket.ReceiveAsync(_buffer, SocketFlags.None, limit.Token);
                if (count == 0)
                {
                    return (IAnswers.Closed, "");
                }

                _framer.Append(_buffer.AsSpan(0, count));
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
            {
                return (IAnswers.Closed, "");
            }
            catch (OperationCanceledException)
            {
                return (IAnswers.Silence, "");
            }
        }
    }

    private static string Line(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim() ?? "";
}
