using System.Net;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Trunks.Locating;
using PhoneBridge.Testing.Network;

namespace PhoneBridge.Bridge.Tests.Trunks.Locating;

/// <summary>Name servers on the loopback, honest ones and others: what does not answer our question is not believed.</summary>
[Trait("Req", "TRA5")]
public sealed class NameServersTests : IAsyncLifetime
{
    private readonly NameServer _server = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Records_of_every_kind_are_read_and_nothing_is_asked_by_datagram()
    {
        _server.AddA("sip.example.net", "192.0.2.1", life: 300).AddA("sip.example.net", "192.0.2.2", life: 120)
            .AddSrv("_sip._udp.example.net", 10, 20, 5070, "sip.example.net")
            .AddNaptr("example.net", 1, 2, "S", "SIP+D2U", "_sip._udp.example.net")
            .AddAlias("www.example.net", 1, "sip.example.net");
        NameServers names = Ask();
        NameAnswer answer = await names.AskAsync("sip.example.net", NameRecordKind.A, Cancel);
        Assert.Equal(
            [new NameRecord.Address(IPAddress.Parse("192.0.2.1")), new NameRecord.Address(IPAddress.Parse("192.0.2.2"))], answer.Records);
        Assert.Equal((NameOutcome.Found, TimeSpan.FromSeconds(120)), (answer.Outcome, answer.Life));
        Assert.Equal(answer.Records, (await names.AskAsync("www.example.net", NameRecordKind.A, Cancel)).Records);
        Assert.Equal(
            [new NameRecord.Service(10, 20, 5070, "sip.example.net")], (await names.AskAsync("_sip._udp.example.net", NameRecordKind.Srv, Cancel)).Records);
        Assert.Equal(
            [new NameRecord.Pointer(1, 2, "s", "sip+d2u", "_sip._udp.example.net")], (await names.AskAsync("example.net", NameRecordKind.Naptr, Cancel)).Records);
        Assert.Equal(NameOutcome.Nothing, (await names.AskAsync("sip.example.net", NameRecordKind.Aaaa, Cancel)).Outcome);
        Assert.Equal(NameOutcome.Nothing, (await names.AskAsync("other.example.net", NameRecordKind.A, Cancel)).Outcome);
        Assert.Equal(0, _server.AskedByUdp);
    }

    public static TheoryData<string> Forgeries() => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_forged_answer_is_never_believed(string how)
    {
        _server.AddA("sip.example.net", "203.0.113.66");
        _server.Forge = Wrong[how];
        NameServers names = Ask();
        for (int i = 0; i < 3; i++)
        {
            Assert.Empty((await names.AskAsync("sip.example.net", NameRecordKind.A, Cancel)).Records);
        }

        _server.Forge = null;
        Assert.Single((await names.AskAsync("sip.example.net", NameRecordKind.A, Cancel)).Records);
    }

    [Fact]
    public async Task A_late_answer_is_not_taken_for_the_answer_to_a_later_question()
    {
        _server.AddA("first.example.net", "203.0.113.66").AddA("second.example.net", "192.0.2.1");
        int asked = 0;
        _server.Forge = answer =>
        {
            if (Interlocked.Increment(ref asked) == 1)
            {
                Task.Delay(TimeSpan.FromMilliseconds(900), TimeProvider.System).Wait();
            }

            return answer;
        };
        NameServers names = Ask(TimeSpan.FromMilliseconds(400));
        Task<NameAnswer> first = names.AskAsync("first.example.net", NameRecordKind.A, Cancel);
        NameAnswer second = await names.AskAsync("second.example.net", NameRecordKind.A, Cancel);
        await first;
        NameAnswer third = await names.AskAsync("second.example.net", NameRecordKind.A, Cancel);
        Assert.All([.. second.Records, .. third.Records], record => Assert.Equal(new NameRecord.Address(IPAddress.Parse("192.0.2.1")), record));
        Assert.Equal(NameOutcome.Found, third.Outcome);
    }

    [Fact]
    public async Task A_server_that_is_silent_or_gone_costs_a_bounded_wait_and_says_nothing()
    {
        _server.IsWell = false;
        NameServers names = Ask(TimeSpan.FromMilliseconds(200));
        Assert.Equal(NameOutcome.Failed, (await names.AskAsync("sip.example.net", NameRecordKind.A, Cancel)).Outcome);
        await _server.DisposeAsync();
        Assert.Equal(NameOutcome.Failed, (await names.AskAsync("sip.example.net", NameRecordKind.A, Cancel)).Outcome);
    }

    private static readonly Dictionary<string, Func<byte[], byte[]?>> Wrong = new()
    {
        ["the number of another query"] = answer => With(answer, 1, (byte)(answer[1] ^ 0x55)),
        ["another name in the question"] = answer => With(answer, 13, (byte)'x'),
        ["another type in the question"] = answer => With(answer, 12 + 17 + 1, 28),
        ["no question"] = answer => [.. answer[..4], 0, 0, .. answer[6..12], .. answer[(12 + 17 + 4)..]],
        ["a record of another name"] = answer => With(answer, 12 + 17 + 4 + 1, (byte)'x'),
        ["truncated"] = answer => With(answer, 2, (byte)(answer[2] | 2)),
        ["cut off"] = answer => answer[..^3],
        ["a refusal with a record"] = answer => With(answer, 3, 0x85),
        ["a failure with a record"] = answer => With(answer, 3, 0x82),
        ["more records than anybody needs"] = answer => [.. answer[..6], 0, 200, .. answer[8..], .. Enumerable.Repeat(answer[(12 + 17 + 4)..], 199).SelectMany(r => r)],
        ["noise"] = answer => [.. answer[..2], .. Enumerable.Repeat((byte)0xC0, 60_000)],
        ["nothing but a number"] = answer => answer[..2],
    };

    private static byte[] With(byte[] answer, int at, byte value)
    {
        byte[] changed = [.. answer];
        changed[at] = value;
        return changed;
    }

    private NameServers Ask(TimeSpan? timeout = null) =>
        new(new DnsOptions { Servers = [_server.Address.ToString()], Timeout = timeout ?? TimeSpan.FromSeconds(2) });
}
