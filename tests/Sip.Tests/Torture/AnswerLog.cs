using System.Net;
using System.Threading.Channels;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Torture;

/// <summary>What an endpoint says that it has sent.</summary>
internal sealed class AnswerLog : ISipTrace, IAnswers
{
    private readonly Channel<(string Status, string CallId)> _answers = Channel.CreateUnbounded<(string, string)>();
    private readonly HashSet<string> _seen = [];

    public void OnResponseSent(SipResponse response, SipFlow flow)
    {
        string callId = response.Headers["Call-ID"] ?? "";
        if (response.StatusCode >= 200 && _seen.Add($"{response.StatusCode} {callId} {response.Headers["CSeq"]}"))
        {
            _answers.Writer.TryWrite(($"{response.StatusCode}", callId));
        }
    }

    public async Task<(string Status, string CallId)> NextAsync(TimeSpan patience)
    {
        using CancellationTokenSource limit = new(patience);
        try
        {
            return await _answers.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            return (IAnswers.Silence, "");
        }
    }
}
