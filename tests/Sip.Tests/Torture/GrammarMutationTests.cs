using PhoneBridge.Fuzz;
using PhoneBridge.Fuzz.Targets;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Tests.Messages;

namespace PhoneBridge.Sip.Tests.Torture;

/// <summary>
/// Messages and descriptions that keep to the grammar in most places and break it in one or two: no exception, no hang, no contradiction,
/// and nothing that stays in memory. Alone in the process, because it weighs the heap.
/// </summary>
[Collection(nameof(Alone))]
[Trait("Req", "MSG8")]
public sealed class GrammarMutationTests
{
    private const int Seed = 20_260_103;
    private const int Weighed = 10_000;
    private const long MostGrowth = 1 << 18;      // 26 bytes for each of them

    private static List<byte[]> Messages => [Wire.Bytes(Wire.Invite), .. TortureMessage.Names.Select(TortureMessage.Read), .. Files("sip")];

    [Fact]
    public void Messages_of_80_000_mutations() => Try(Messages, 80_000, SipTargets.Message);

    [Fact]
    [Trait("Req", "MSG6")]
    public void Streams_of_20_000_mutations() => Try([.. Messages, .. Files("sip-stream")], 20_000, SipTargets.Stream);

    [Fact]
    [Trait("Req", "SDP1")]
    public void Session_descriptions_of_50_000_mutations() => Try(Files("sdp"), 50_000, SipTargets.Sdp);

    [Fact]
    public void Multipart_bodies_of_20_000_mutations() => Try(Files("multipart"), 20_000, SipFieldTargets.Multipart);

    [Fact]
    public void Whole_conversations_of_20_000_mutations() => Try(Files("agent"), 20_000, AgentTarget.Run);

    [Fact]
    public void Enough_mutations_stay_acceptable_to_reach_what_lies_behind_the_parsers()
    {
        LineMutator messages = new(Messages, Seed);
        LineMutator descriptions = new(Files("sdp"), Seed);
        Assert.InRange(Enumerable.Range(0, 2_000).Count(_ => SipParser.Parse(messages.Next()).Message is not null), 300, 1_800);
        Assert.InRange(Enumerable.Range(0, 2_000).Count(_ => SdpSession.TryParse(descriptions.Next(), out SdpSession _)), 500, 1_800);
    }

    private static List<byte[]> Files(string folder) =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Torture", "Corpus", folder)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private static void Try(List<byte[]> corpus, int count, FuzzInput target)
    {
        Run(corpus, count, target);

        // The same once more: what grows once, such as the pools of the runtime, is as large as these inputs make it.
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Run(corpus, Weighed, target);
        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(growth < MostGrowth, $"{growth} bytes stayed in memory after {Weighed} mutations");
    }

    private static void Run(List<byte[]> corpus, int count, FuzzInput target)
    {
        LineMutator mutator = new(corpus, Seed);
        for (int i = 0; i < count; i++)
        {
            byte[] input = mutator.Next();
            Exception? exception = Record.Exception(() => target(input));
            Assert.True(exception is null, $"seed {Seed}, mutation {i}: {exception}\n{Convert.ToBase64String(input)}");
        }
    }
}

/// <summary>Tests that have the process to themselves.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
