using System.Text;
using CsCheck;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Tests.Messages;

/// <summary>What is written is read back as the same, for any message that our types can hold.</summary>
public sealed class SipRoundTripProperties
{
    private const int Cases = 10_000;

    private static readonly Gen<string> Token = Gen.String[Gen.Char["abcXYZ019-.!%*_+`'~"], 1, 20];
    private static readonly Gen<string> Text = Gen.String[Gen.Char["abc \"\\;,<>:@=?%\t\0éЖ電"], 0, 30].Select(text => text.Trim(' ', '\t'));
    private static readonly Gen<string> UserText = Gen.String[Gen.Char["abc09+;:@ %/?&=é\0<>\"#"], 1, 20];
    private static readonly Gen<string> Host = Gen.OneOfConst("example.com", "192.0.2.1", "2001:db8::1", "a", "::ffff:192.0.2.1");
    private static readonly Gen<int?> Port = Gen.OneOf(Gen.Const((int?)null), Gen.Int[1, 65535].Select(port => (int?)port));

    private static readonly Gen<SipParameters> Parameters = Gen.Select(Token, Gen.OneOf(Gen.Const((string?)null), Token.Select(value => (string?)value)))
        .List[0, 4].Select(items => items.Aggregate(SipParameters.Empty, (all, item) => all.With(item.Item1.Replace("%", "", StringComparison.Ordinal) + "x", item.Item2?.Replace("%", "", StringComparison.Ordinal))));

    private static readonly Gen<SipUri> Uri = Gen.Select(
        Gen.OneOfConst("sip", "sips"), Gen.OneOf(Gen.Const((string?)null), UserText.Select(user => (string?)user)), Host, Port, Parameters,
        (scheme, user, host, port, parameters) => new SipUri { Scheme = scheme, User = user, Host = host, Port = port, Parameters = parameters });

    private static readonly Gen<SipNameAddress> Address = Gen.Select(
        Gen.OneOf(Gen.Const((string?)null), Text.Where(name => name.Length > 0).Select(name => (string?)name)), Uri, Parameters,
        (name, uri, parameters) => new SipNameAddress(name, uri, parameters));

    private static readonly Gen<SipVia> Via = Gen.Select(Token, Host, Port, Parameters, (transport, host, port, parameters) =>
        new SipVia(transport, host, port, parameters));

    private static readonly Gen<SipRequest> Request = Gen.Select(
        Gen.Select(Token, Uri, Gen.UInt),
        Gen.Select(Address, Address, Via.List[1, 4], Address.List[0, 3]),
        Gen.Select(Token, Text).List[0, 5],
        Gen.Byte.Array[0, 50],
        (start, known, others, body) =>
        {
            (string method, SipUri uri, uint number) = start;
            SipRequest request = new(method, uri) { Body = body };
            foreach (SipVia via in known.Item3)
            {
                request.Headers.Add("Via", via.ToString());
            }

            request.Headers.Add("From", known.Item1.ToString());
            request.Headers.Add("To", known.Item2.ToString());
            request.Headers.Add("Call-ID", "c-1");
            request.Headers.Add("CSeq", new SipCSeq(number, method).ToString());
            if (known.Item4.Count > 0)
            {
                request.Headers.Add("Contact", string.Join(", ", known.Item4));
            }

            foreach ((string name, string value) in others)
            {
                request.Headers.Add("X-" + name, value);
            }

            return request;
        });

    [Fact]
    [Trait("Req", "MSG8")]
    public void A_request_reads_back_as_it_was_built() => Request.Sample(
        request =>
        {
            byte[] written = SipWriter.Write(request);
            SipRequest read = Assert.IsType<SipRequest>(SipParser.Parse(written).Message);
            Assert.Equal(request.Method, read.Method);
            Assert.Equal(request.Uri, read.Uri);
            Assert.Equal(request.Uri.User, read.Uri.User);
            Assert.Equal(request.From, read.From);
            Assert.Equal(request.To, read.To);
            Assert.Equal(request.CSeq, read.CSeq);
            Assert.Equal(request.Vias, read.Vias);
            Assert.Equal(request.Headers.GetAll("Contact"), read.Headers.GetAll("Contact"));
            Assert.Equal(request.Headers.Append(new SipHeader("Content-Length", $"{request.Body.Length}")), read.Headers);
            Assert.Equal(request.Body, read.Body);
            Assert.Equal(written, SipWriter.Write(read));
        },
        iter: Cases,
        print: request => Encoding.UTF8.GetString(SipWriter.Write(request)));

    [Fact]
    [Trait("Req", "MSG4")]
    public void A_URI_reads_back_as_it_was_built() => Uri.Sample(
        uri =>
        {
            Assert.True(SipUri.TryParse(uri.ToString(), out SipUri read), uri.ToString());
            Assert.Equal(uri, read);
            Assert.Equal((uri.User, uri.ToString()), (read.User, read.ToString()));
            Assert.True(uri.IsEquivalentTo(read));
        },
        iter: Cases);

    [Fact]
    [Trait("Req", "MSG4")]
    public void An_address_reads_back_as_it_was_built() => Address.Sample(
        address =>
        {
            Assert.True(SipNameAddress.TryParse(address.ToString(), out SipNameAddress read), address.ToString());
            Assert.Equal(address, read);
            Assert.Equal(address.ToString(), read.ToString());
        },
        iter: Cases);

    [Fact]
    [Trait("Req", "TRA2")]
    public void A_Via_reads_back_as_it_was_built_also_with_the_address_it_came_from() => Via.Sample(
        via =>
        {
            Assert.True(SipVia.TryParse(via.ToString(), out SipVia read), via.ToString());
            Assert.Equal(via, read);
            Assert.Equal(via.ToString(), read.ToString());
            SipVia stamped = via.WithReceived("2001:db8::9", 5066);
            Assert.True(SipVia.TryParse(stamped.ToString(), out read));
            Assert.Equal(stamped, read);
            Assert.Equal("2001:db8::9", read.Received);
        },
        iter: Cases);

    [Fact]
    [Trait("Req", "MSG6")]
    public void A_stream_of_requests_cut_at_random_yields_each_of_them() => Gen.Select(Request.List[1, 4], Gen.Int[1, 40]).Sample(
        (requests, size) =>
        {
            byte[][] written = [.. requests.Select(SipWriter.Write)];
            byte[] stream = [.. written.SelectMany(octets => octets)];
            SipStreamFramer framer = new();
            List<byte[]> frames = [];
            foreach (byte[] chunk in stream.Chunk(size))
            {
                framer.Append(chunk);
                while (framer.TryRead(out SipFrame frame))
                {
                    Assert.Equal(SipFrameKind.Message, frame.Kind);
                    frames.Add(frame.Bytes.ToArray());
                }
            }

            Assert.Equal(written, frames);
        },
        iter: 300);
}
