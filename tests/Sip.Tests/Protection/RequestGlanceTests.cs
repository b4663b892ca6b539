using System.Net;
using System.Text;
using PhoneBridge.Fuzz;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Protection;
using PhoneBridge.Sip.Tests.Messages;
using PhoneBridge.Sip.Tests.Torture;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Protection;

/// <summary>What the first look makes out, and the answers that are written from it, agree with the parser.</summary>
[Trait("Req", "TRA4")]
[Trait("Req", "OVL")]
public sealed class RequestGlanceTests
{
    private const int Seed = 20_261_127;

    private static readonly IPEndPoint Source = new(IPAddress.Parse("198.51.100.7"), 40_000);

    [Fact]
    public void What_it_sees_is_what_the_parser_sees()
    {
        int seen = 0;
        foreach (byte[] message in TortureMessage.Names.Select(TortureMessage.Read))
        {
            seen += Agrees(message) ? 1 : 0;
        }

        Assert.True(seen > 20, $"only {seen} messages of the torture set were made out");
    }

    [Fact]
    [Trait("Req", "MSG8")]
    public void Mutated_and_cut_messages_do_no_harm_and_are_seen_as_the_parser_sees_them()
    {
        List<byte[]> corpus = [Wire.Bytes(Wire.Invite), .. TortureMessage.Names.Select(TortureMessage.Read)];
        Mutator mutator = new(corpus, Seed);
        for (int i = 0; i < 30_000; i++)
        {
            byte[] input = mutator.Next();
            Exception? exception = Record.Exception(() => Agrees(input));
            Assert.True(exception is null, $"seed {Seed}, mutation {i}: {exception}\n{Convert.ToBase64String(input)}");
        }

        foreach (byte[] message in corpus)
        {
            for (int length = 0; length <= message.Length; length++)
            {
                Agrees(message[..length]);
            }
        }
    }

    [Theory]
    [InlineData("Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKabc123;rport", 40_000)]
    [InlineData("Via: SIP/2.0/UDP 192.0.2.10:5062;branch=z9hG4bKabc123", 5062)]
    [InlineData("v: SIP/2.0/UDP host.example;branch=z9hG4bKabc123", 5060)]
    [InlineData("Via: SIP/2.0/UDP [2001:db8::1]:5070;branch=z9hG4bKabc123;rport=1", 40_000)]
    [InlineData("Via: SIP / 2.0 / UDP 192.0.2.10 : 5062 ;rport ; branch = z9hG4bKabc123 , SIP/2.0/TCP a.example;branch=z9hG4bKdef", 40_000)]
    [InlineData("Via: SIP/2.0/UDP 192.0.2.10:5060;rport=;branch=z9hG4bKabc123\n ;x=y\nVia: SIP/2.0/TCP b.example;branch=z9hG4bKdef", 40_000)]
    public void An_answer_carries_what_the_request_had_and_goes_where_an_answer_of_the_core_goes(string via, int port)
    {
        byte[] bytes = Wire.Bytes(Wire.InviteWith("Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKabc123;rport", via));
        SipRequest request = Assert.IsType<SipRequest>(SipParser.Parse(bytes).Message);
        SipResponse answer = Answer(bytes, 503, out int replyPort);
        ResponseRoute.Stamp(request, Source);
        Assert.Equal(request.Vias.Select(Written), answer.Vias.Select(Written));
        Assert.Equal((request.From.ToString(), request.CallId, request.CSeq, 16), (answer.From.ToString(), answer.CallId, answer.CSeq, answer.To.Tag!.Length));
        Assert.InRange(int.Parse(answer.Headers["Retry-After"]!, System.Globalization.CultureInfo.InvariantCulture), 5, 15);
        SipFlow arrival = new(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 5060), Source, 0);
        Assert.Equal((port, port), (replyPort, ResponseRoute.For(request, arrival).Remote.Port));
    }

    [Fact]
    public void The_same_request_gets_the_same_answer_and_another_one_another_tag()
    {
        byte[] first = Wire.Bytes(Wire.Invite);
        byte[] other = Wire.Bytes(Wire.Invite.Replace("abc123", "abc124", StringComparison.Ordinal));
        Assert.Equal(SipWriter.Write(Answer(first, 503, out _)), SipWriter.Write(Answer(first, 503, out _)));
        Assert.NotEqual(Answer(first, 503, out _).To.Tag, Answer(other, 503, out _).To.Tag);
    }

    [Fact]
    public void Who_wrote_a_received_of_its_own_or_quotes_in_its_Via_is_not_answered()
    {
        foreach (string more in new[] { ";received=203.0.113.9", ";x=\"a,b\"" })
        {
            RequestGlance glance = RequestGlance.At(Wire.Bytes(Wire.Invite.Replace(";rport", ";rport" + more, StringComparison.Ordinal)));
            Assert.False(glance.IsRequest && StatelessAnswer.TryWrite(glance, 503, SourceAddress.Of(Source.Address), Source.Port, new byte[2000], out _));
        }
    }

    [Fact]
    public void An_answer_that_does_not_fit_is_none()
    {
        byte[] bytes = Wire.Bytes(Wire.Invite);
        for (int room = 0; room < 250; room++)
        {
            Assert.False(StatelessAnswer.TryWrite(RequestGlance.At(bytes), 403, SourceAddress.Of(Source.Address), Source.Port, new byte[room], out _));
        }
    }

    private static string Written(SipVia via) =>
        string.Join(';', via.ToString().ToLowerInvariant().Split(';', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal));

    private static SipResponse Answer(byte[] request, int status, out int port)
    {
        byte[] buffer = new byte[2000];
        Assert.True(StatelessAnswer.TryWrite(RequestGlance.At(request), status, SourceAddress.Of(Source.Address), Source.Port, buffer, out StatelessAnswer answer));
        port = answer.Port;
        SipResponse response = Assert.IsType<SipResponse>(SipParser.Parse(buffer.AsSpan(0, answer.Length).ToArray()).Message);
        Assert.Equal(status, response.StatusCode);
        return response;
    }

    // True when both made a request of it.
    private static bool Agrees(byte[] message)
    {
        RequestGlance glance = RequestGlance.At(message);
        bool isAnswered = glance.IsRequest
            && StatelessAnswer.TryWrite(glance, 503, SourceAddress.Of(Source.Address), Source.Port, new byte[70_000], out _);
        if (SipParser.Parse(message).Message is not { } parsed || !glance.IsRequest)
        {
            return false;
        }

        SipRequest request = Assert.IsType<SipRequest>(parsed);
        Assert.Equal(request.Method, Encoding.UTF8.GetString(glance.Method));
        Assert.Equal(request.To.Tag is not null, glance.HasToTag);
        if (isAnswered)
        {
            byte[] buffer = new byte[70_000];
            StatelessAnswer.TryWrite(glance, 503, SourceAddress.Of(Source.Address), Source.Port, buffer, out StatelessAnswer answer);
            SipResponse response = Assert.IsType<SipResponse>(SipParser.Parse(buffer.AsSpan(0, answer.Length).ToArray()).Message);
            Assert.Equal(request.CallId, response.CallId);
        }

        return true;
    }
}
