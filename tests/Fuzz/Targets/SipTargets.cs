using System.Net;
using System.Text;
using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Identity;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Fuzz.Targets;

/// <summary>Everything of SIP that reads what a peer sends, with what must hold for each input.</summary>
public static class SipTargets
{
    private static readonly CallerIdentityRules Caller = new(NumberPlan.France, TrustsAssertedIdentity: true);
    private static readonly SdpLocalMedia Local = new(IPAddress.Loopback, 4000, 4001);

    private static readonly DigestCredentials User = new("user", "password");
    private static readonly SipUri Registrar = new() { Scheme = "sip", Host = "example.com" };

    /// <summary>One datagram: parsed and no more, for the time that this takes.</summary>
    public static void Parse(ReadOnlySpan<byte> input) => SipParser.Parse(input);

    /// <summary>One datagram: parsed, asked for everything, answered, written and read again.</summary>
    public static void Message(ReadOnlySpan<byte> input)
    {
        SipParseResult result = SipParser.Parse(input);
        Require(result.Message is null == (result.Error.Fault != SipParseFault.None), "either a message or a fault");
        Require(result.Message is null || result.Answerable is null, "a good message is not to be refused");

        if (result.Answerable is { } answerable)
        {
            Require(result.Error.Status is >= 400 and < 600, "a refusal has a status");
            _ = answerable.TopVia.SentByHost;
            SipWriter.Write(SipResponse.For(answerable, result.Error.Status, result.Error.Reason, toTag: "t"));
        }

        if (result.Message is { } message)
        {
            Ask(message);
            byte[] written = SipWriter.Write(message);
            SipMessage? again = SipParser.Parse(written).Message;

            // Text that was no UTF-8 grows when written as such, and may then pass a limit.
            Require(again is not null || written.Length > input.Length, "what was written can be read");
            Require(again is null || SipWriter.Write(again).AsSpan().SequenceEqual(written), "and is written the same");
        }
    }

    /// <summary>A stream in two pieces: cut anywhere it gives what it gives whole.</summary>
    public static void Stream(ReadOnlySpan<byte> input)
    {
        int cut = input.IsEmpty ? 0 : (input[0] * 257) % input.Length;
        Require(Frames(input, input.Length) == Frames(input, cut), "the cut does not matter");
    }

    /// <summary>A session description: read, written, answered, taken as an answer.</summary>
    public static void Sdp(ReadOnlySpan<byte> input)
    {
        if (!SdpSession.TryParse(input, out SdpSession session))
        {
            return;
        }

        string written = session.ToString();
        Require(SdpSession.TryParse(Encoding.UTF8.GetBytes(written), out SdpSession again) && again.Media.Count == session.Media.Count, "what was written can be read");

        Sdp(session, SdpAudioCapabilities.Narrowband);
        Sdp(session, SdpAudioCapabilities.Narrowband with { Crypto = new SdpCryptoPolicy(SdpCryptoUse.Optional) { IsOptimistic = true } });
        Sdp(session, SdpAudioCapabilities.Narrowband with { Crypto = new SdpCryptoPolicy(SdpCryptoUse.Required) });
    }

    private static void Sdp(SdpSession session, SdpAudioCapabilities capabilities)
    {
        SdpOfferAnswer call = new(capabilities, Local, sessionId: 1);
        SdpAnswerOutcome outcome = call.Answer(session);
        Require(outcome.Audio is null != outcome.Refusal is null, "agreed or refused");
        Require(outcome.Audio is null || capabilities.Crypto.Use != SdpCryptoUse.Required || outcome.Audio.Crypto is not null, "protected where it must be");
        Require(outcome.Session is null || outcome.Session.Media.Count == session.Media.Count, "as many media lines");
        Require(outcome.Session is null || !outcome.Session.ToString().Replace("\r\n", "", StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n'), "no line of the peer's making");
        Require(call.Offer().Media.Count == Math.Max(1, outcome.Session?.Media.Count ?? 0), "a later offer keeps the lines");
        call.AcceptAnswer(session);
    }

    /// <summary>The value of an <c>a=crypto</c> line.</summary>
    public static void Crypto(ReadOnlySpan<byte> input)
    {
        if (SdpCrypto.TryParse(Encoding.Latin1.GetString(input), out SdpCrypto? crypto))
        {
            Require(crypto.Key.Reveal().Length == crypto.Suite.KeyLength, "a key of the suite's length");
            Require(crypto.IdentifierLength is >= 0 and <= 128, "an identifier that fits");
        }
    }

    /// <summary>A URI, a CSeq, a Content-Type, a number.</summary>
    public static void Uri(ReadOnlySpan<byte> input)
    {
        string text = Encoding.Latin1.GetString(input);
        if (SipUri.TryParse(text, out SipUri uri))
        {
            string written = uri.ToString();
            Require(SipUri.TryParse(written, out SipUri again) && again.ToString() == written, "what was written can be read");
            Require(uri.IsEquivalentTo(uri), "a URI is itself");
            _ = uri.User;
            _ = uri.Maddr;
        }

        _ = SipCSeq.TryParse(text, out _);
        _ = SipContentType.TryParse(text, out _);
        _ = NumberPlan.France.Read(text)?.ToString();
    }

    /// <summary>A challenge line: read, answered; the answer is one line whose realm and nonce are those of the challenge.</summary>
    public static void Challenge(ReadOnlySpan<byte> input)
    {
        string line = Encoding.UTF8.GetString(input);
        IReadOnlyList<DigestChallenge> challenges = DigestChallenge.ReadLine(line);
        Require(challenges.Count <= DigestChallenge.MaxPerLine, "as many as are read at most");
        foreach (DigestChallenge challenge in challenges)
        {
            string answer = challenge.Answer(User, "REGISTER", "sip:example.com", "cnonce", count: 1);
            SipRequest request = new(SipMethods.Register, Registrar);
            request.Headers.Add(SipHeaderNames.Authorization, answer);      // throws on a line break

            // An answer has the shape of a challenge: read as one it must give back what it echoes.
            IReadOnlyList<DigestChallenge> echo = DigestChallenge.ReadLine(answer);
            Require(echo is [{ } one] && one.Realm == challenge.Realm && one.Nonce == challenge.Nonce && one.Opaque == challenge.Opaque, "the echo is true");
        }
    }

    private static void Ask(SipMessage message)
    {
        // Mandatory headers of a message that was accepted never throw.
        _ = (message.CallId, message.CSeq, message.From.Tag, message.To.Tag, message.TopVia.Branch, message.Contact, message.MaxForwards);
        _ = (message.Vias.Count, message.Routes.Count, message.RecordRoutes.Count, message.Require.Count, message.Supported.Count, message.Allow.Count);
        SdpBody.Read(message);
        if (message is SipRequest request)
        {
            _ = CallerIdentity.Read(request, Caller).ToString();
            _ = CalledNumber.Read(request, new CalledNumberRules(NumberPlan.France, CalledNumberSource.To)).ToString();
            byte[] answer = SipWriter.Write(SipResponse.For(request, 200, toTag: "t"));
            Require(SipParser.Parse(answer).Message is SipResponse { To.Tag: not null } || answer.Length > 8_000, "an answer can be read");
        }
    }

    private static string Frames(ReadOnlySpan<byte> input, int cut)
    {
        StringBuilder seen = new();
        SipStreamFramer framer = new();
        framer.Append(input[..cut]);
        Drain(framer, seen);
        framer.Append(input[cut..]);
        Drain(framer, seen);
        return seen.ToString();
    }

    private static void Drain(SipStreamFramer framer, StringBuilder seen)
    {
        while (framer.TryRead(out SipFrame frame))
        {
            seen.Append(frame.Kind).Append(' ').Append(frame.Error.Status).Append(' ').Append(Convert.ToHexString(frame.Bytes.Span)).Append('\n');
            _ = frame.Answerable?.TopVia;
        }
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
