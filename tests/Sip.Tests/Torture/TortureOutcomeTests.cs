using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Tests.Torture;

/// <summary>What the parser alone makes of each message of RFC 4475 and RFC 5118; 0 means accepted, -1 dropped, else the status it suggests.</summary>
public sealed class TortureOutcomeTests
{
    private const int Accepted = 0;
    private const int Dropped = -1;

    public static TheoryData<string, int> Outcomes => new()
    {
        // RFC 4475 §3.1.1: valid
        { "wsinv", Accepted },
        { "intmeth", Accepted },
        { "esc01", Accepted },
        { "escnull", Accepted },
        { "esc02", Accepted },
        { "lwsdisp", Accepted },
        { "longreq", Accepted },
        { "dblreq", Accepted },
        { "semiuri", Accepted },
        { "transports", Accepted },
        { "mpart01", Accepted },
        { "unreason", Accepted },
        { "noreason", Accepted },

        // §3.1.2: invalid
        { "badinv01", 400 },
        { "clerr", 400 },
        { "ncl", 400 },
        { "scalar02", 400 },
        { "scalarlg", Dropped },
        { "quotbal", 400 },
        { "ltgtruri", 400 },
        { "lwsruri", 400 },
        { "lwsstart", 400 },
        { "trws", 400 },
        { "escruri", 400 },
        { "baddate", Accepted },
        { "regbadct", Accepted },
        { "badaspec", Accepted },
        { "baddn", Accepted },
        { "badvers", 505 },
        { "mismatch01", 400 },
        { "mismatch02", 501 },
        { "bigcode", Dropped },

        // §3.2, §3.3, §3.4: what the parser leaves to the layers above is accepted here
        { "badbranch", Accepted },
        { "insuf", 400 },
        { "unkscm", 416 },
        { "novelsc", 416 },
        { "unksm2", Accepted },
        { "bext01", Accepted },
        { "invut", Accepted },
        { "regaut01", Accepted },
        { "multi01", 400 },
        { "mcl01", 400 },
        { "bcast", Accepted },
        { "zeromf", Accepted },
        { "cparam01", Accepted },
        { "cparam02", Accepted },
        { "regescrt", Accepted },
        { "sdp01", Accepted },
        { "inv2543", Accepted },

        // RFC 5118 §4
        { "ipv6-good", Accepted },
        { "ipv6-bad", 400 },
        { "port-ambiguous", Accepted },
        { "port-unambiguous", Accepted },
        { "via-received-param-with-delim", Accepted },
        { "via-received-param-no-delim", Accepted },
        { "ipv6-in-sdp", Accepted },
        { "mult-ip-in-header", Accepted },
        { "mult-ip-in-sdp", Accepted },
        { "ipv4-mapped-ipv6", Accepted },
        { "ipv6-bug-abnf-3-colons", Accepted },
        { "ipv6-correct-abnf-2-colons", Accepted },
    };

    [Theory]
    [Trait("Req", "MSG8")]
    [MemberData(nameof(Outcomes))]
    public void The_parser_gives_the_profiles_outcome(string name, int expected)
    {
        SipParseResult result = SipParser.Parse(TortureMessage.Read(name));

        Assert.Equal(expected == Accepted, result.Message is not null);
        Assert.Equal(expected > 0, result.Answerable is not null);
        if (expected > 0)
        {
            Assert.Equal(expected, result.Error.Status);
            SipResponse answer = SipResponse.For(result.Answerable!, result.Error.Status, result.Error.Reason, toTag: "t1");
            Assert.NotEmpty(SipWriter.Write(answer));
            Assert.NotEmpty(answer.TopVia.SentByHost);
        }
    }

    [Fact]
    public void Every_file_has_an_expected_outcome() =>
        Assert.Equal(TortureMessage.Names, Outcomes.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Theory]
    [Trait("Req", "MSG6")]
    [MemberData(nameof(Outcomes))]
    public void On_a_stream_the_framer_finds_the_same_end_or_gives_up(string name, int expected)
    {
        byte[] message = TortureMessage.Read(name);
        SipStreamFramer framer = new();
        framer.Append(message);
        bool hasFrame = framer.TryRead(out SipFrame frame);

        switch (name)
        {
            case "ncl" or "mcl01" or "inv2543":         // no usable Content-Length: 400 and close
                Assert.Equal((SipFrameKind.Error, 400), (frame.Kind, frame.Error.Status));
                Assert.NotNull(frame.Answerable);
                Assert.False(framer.TryRead(out _));
                break;
            case "clerr" or "multi01":                  // waits for what never comes
                Assert.False(hasFrame);
                Assert.True(framer.HasPartialMessage);
                break;
            default:
                Assert.Equal(SipFrameKind.Message, frame.Kind);
                Assert.Equal(expected == Accepted, SipParser.Parse(frame.Bytes).Message is not null);
                break;
        }
    }
}
