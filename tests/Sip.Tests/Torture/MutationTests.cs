using PhoneBridge.Fuzz;
using PhoneBridge.Fuzz.Targets;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Messages;

namespace PhoneBridge.Sip.Tests.Torture;

/// <summary>Mutated messages never lead to an exception, nor to a result that contradicts itself (MSG8).</summary>
public sealed class MutationTests
{
    private const int Seed = 20_260_101;

    private static List<byte[]> Corpus =>
        [Wire.Bytes(Wire.Invite), .. TortureMessage.Names.Select(TortureMessage.Read)];

    private static List<byte[]> Files(string folder) =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Torture", "Corpus", folder)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    [Fact]
    [Trait("Req", "MSG8")]
    public void Messages() => Try(Corpus, 30_000, SipTargets.Message);

    [Fact]
    [Trait("Req", "MSG6")]
    public void Streams() => Try(Corpus, 10_000, SipTargets.Stream);

    [Fact]
    [Trait("Req", "SDP1")]
    public void Session_descriptions() => Try(Files("sdp"), 20_000, SipTargets.Sdp);

    [Fact]
    [Trait("Req", "SDP6")]
    public void Keys() => Try(Files("crypto"), 20_000, SipTargets.Crypto);

    [Fact]
    [Trait("Req", "MSG4")]
    public void Uris_and_addresses()
    {
        Try(Files("uri"), 20_000, SipTargets.Uri);
        Try(Files("name-address"), 20_000, SipFieldTargets.NameAddress);
        Try(Files("via"), 20_000, SipFieldTargets.Via);
    }

    [Fact]
    [Trait("Req", "DLG8")]
    public void Session_intervals() => Try(Files("session-expires"), 10_000, SipFieldTargets.SessionExpires);

    [Fact]
    [Trait("Req", "AUC")]
    public void Challenges() => Try(Files("challenge"), 20_000, SipTargets.Challenge);

    [Fact]
    public void Enough_mutations_stay_acceptable_to_reach_what_lies_behind_the_parser()
    {
        Mutator mutator = new(Corpus, Seed);
        int accepted = Enumerable.Range(0, 2_000).Count(_ => SipParser.Parse(mutator.Next()).Message is not null);
        Assert.InRange(accepted, 300, 1_800);
    }

    [Fact]
    [Trait("Req", "MSG5")]
    public void A_message_cut_anywhere_is_refused_or_accepted_never_more()
    {
        foreach (byte[] message in Corpus)
        {
            for (int length = 0; length <= message.Length; length++)
            {
                SipTargets.Message(message.AsSpan(0, length));
            }
        }
    }

    private static void Try(List<byte[]> corpus, int count, FuzzInput target)
    {
        Mutator mutator = new(corpus, Seed);
        for (int i = 0; i < count; i++)
        {
            byte[] input = mutator.Next();
            Exception? exception = Record.Exception(() => target(input));
            Assert.True(exception is null, $"seed {Seed}, mutation {i}: {exception}\n{Convert.ToBase64String(input)}");
        }
    }
}
