using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Protection;

namespace PhoneBridge.Sip.Tests.Protection;

/// <summary>New calls are turned away when there are too many, and nothing else is.</summary>
[Trait("Req", "OVL")]
public sealed class OverloadTests
{
    private const string TrunkA = "192.0.2.10";
    private const string TrunkB = "192.0.2.20";
    private const string Stranger = "198.51.100.7";

    private readonly FakeTimeProvider _time = new();
    private readonly SipCounters _counters = new();
    private readonly QueueDelay _loop;
    private readonly byte[] _buffer = new byte[65_536];
    private int _number;

    public OverloadTests() => _loop = new QueueDelay(_time);

    [Fact]
    public void A_source_that_calls_too_often_gets_503_and_calls_again_when_its_allowance_is_back()
    {
        SipGuard guard = Guard(new SipGuardOptions { StrangerCallsPerSecond = 5, StrangerBurst = 20 }, new SipPeer("p", [IPNetwork.Parse(TrunkA + "/32")], 10, 15));
        Assert.Equal(15, Admitted(guard, TrunkA, 100));
        Assert.Equal(20, Admitted(guard, Stranger, 100));
        Assert.Equal(20, Admitted(guard, "198.51.100.8", 100));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Admitted(guard, TrunkA, 100));
        Assert.Equal(5, Admitted(guard, Stranger, 100));
        Assert.Equal(85 + 80 + 80 + 90 + 95, _counters.ShedsOf(SipShedReason.SourceRate));
        Assert.Equal(_counters.ShedsOf(SipShedReason.SourceRate), _counters.ResponsesSentOf(503));
    }

    [Fact]
    public void A_retransmission_gets_what_the_first_got_and_the_ACK_is_swallowed()
    {
        SipGuard guard = Guard(new SipGuardOptions { StrangerCallsPerSecond = 1, StrangerBurst = 1 });
        byte[] taken = Request("INVITE");
        byte[] shed = Request("INVITE");
        Assert.Equal(GuardVerdict.Pass, Look(guard, Stranger, taken, out _));
        Assert.Equal(GuardVerdict.Answer, Look(guard, Stranger, shed, out byte[] first));
        _time.Advance(TimeSpan.FromSeconds(10));
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(GuardVerdict.Pass, Look(guard, Stranger, taken, out _));
            Assert.Equal(GuardVerdict.Answer, Look(guard, Stranger, shed, out byte[] again));
            Assert.Equal(first, again);
        }

        Assert.Equal(1, _counters.ShedsOf(SipShedReason.SourceRate));
        Assert.Equal(GuardVerdict.Drop, Look(guard, Stranger, AckOf(shed), out _));
        Assert.Equal(GuardVerdict.Pass, Look(guard, Stranger, AckOf(taken), out _));
        Assert.Equal(1, _counters.DropsOf(SipDropReason.StatelessAck));
    }

    [Theory]
    [InlineData(90, true, true)]
    [InlineData(150, false, true)]
    [InlineData(250, false, false)]
    public void A_queue_that_is_too_long_turns_strangers_away_first(int delayMs, bool takesStrangers, bool takesTrunks)
    {
        SipGuard guard = Guard(Overload(new SipOverloadOptions { QueueDelay = TimeSpan.FromMilliseconds(200) }));
        _loop.OnTaken(_loop.Stamp());
        _time.Advance(TimeSpan.FromMilliseconds(delayMs));
        Assert.Equal((takesStrangers, takesTrunks), (Admitted(guard, Stranger, 1) == 1, Admitted(guard, TrunkA, 1) == 1));

        // Calls that are up are not touched, and with the queue gone everybody is served again.
        foreach (string method in new[] { "BYE", "INVITE", "UPDATE", "INFO" })
        {
            Assert.Equal(GuardVerdict.Pass, Look(guard, Stranger, Request(method, toTag: "ours"), out _));
        }

        Assert.Equal(GuardVerdict.Pass, Look(guard, TrunkA, Request("CANCEL"), out _));
        Assert.Equal(GuardVerdict.Pass, Look(guard, TrunkA, Request("OPTIONS"), out _));
        _loop.OnEmpty();
        Assert.Equal((1, 1), (Admitted(guard, Stranger, 1), Admitted(guard, TrunkA, 1)));
    }

    [Fact]
    public void The_applications_queue_counts_as_well()
    {
        TimeSpan delay = TimeSpan.FromSeconds(1);
        SipGuard guard = Guard(Overload(new SipOverloadOptions { QueueDelay = TimeSpan.FromMilliseconds(200), ApplicationDelay = () => delay }));
        Assert.Equal(0, Admitted(guard, TrunkA, 1));
        delay = TimeSpan.Zero;
        Assert.Equal(1, Admitted(guard, TrunkA, 1));
    }

    [Fact]
    public void Half_open_calls_and_transactions_are_bounded()
    {
        SipGuard guard = Guard(Overload(new SipOverloadOptions { HalfOpenCalls = 100, Transactions = 1000 }));
        _counters.Set(SipCounters.Gauge.HalfOpenCalls, 99);
        Assert.Equal((0, 1), (Admitted(guard, Stranger, 1), Admitted(guard, TrunkA, 1)));
        _counters.Set(SipCounters.Gauge.HalfOpenCalls, 100);
        Assert.Equal(0, Admitted(guard, TrunkA, 1));
        _counters.Set(SipCounters.Gauge.HalfOpenCalls, 0);
        _counters.Set(SipCounters.Gauge.ServerTransactions, 1000);
        Assert.Equal(0, Admitted(guard, TrunkA, 1));
        Assert.Equal(1, _counters.ShedsOf(SipShedReason.Transactions));
    }

    [Fact]
    public void At_three_times_the_rate_as_many_calls_are_taken_as_are_rated()
    {
        SipGuard guard = Guard(Overload(new SipOverloadOptions { CallsPerSecond = 100 }));
        Admitted(guard, TrunkA, 300);
        int taken = 0;
        for (int step = 0; step < 1000; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            taken += Admitted(guard, TrunkA, 3);
        }

        Assert.InRange(taken, 980, 1010);
    }

    [Fact]
    public void A_trunk_that_floods_leaves_the_others_their_share()
    {
        SipGuard guard = Guard(Overload(new SipOverloadOptions { CallsPerSecond = 100 }));
        (int flood, int share, int strangers) = (0, 0, 0);
        for (int step = 0; step < 1000; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            strangers += Admitted(guard, Stranger, 10);
            flood += Admitted(guard, TrunkA, 10);
            share += step % 4 == 0 ? Admitted(guard, TrunkB, 1) : 0;
        }

        Assert.Equal(250, share);
        Assert.InRange(flood, 600, 850);
        Assert.InRange(strangers, 0, 120);
    }

    private static SipGuardOptions Overload(SipOverloadOptions overload) => new() { Overload = overload };

    private SipGuard Guard(SipGuardOptions options, params SipPeer[] peers) => new(options, _counters, NoTrace.Instance, _time, _loop)
    {
        Sources = new SipSources(peers.Length > 0 ? peers : [new SipPeer("p", [IPNetwork.Parse(TrunkA + "/32")]), new SipPeer("p", [IPNetwork.Parse(TrunkB + "/32")])]),
    };

    private int Admitted(SipGuard guard, string source, int calls) =>
        Enumerable.Range(0, calls).Count(_ => Look(guard, source, Request("INVITE"), out byte[] answer) == GuardVerdict.Pass || !Is503(answer));

    private static bool Is503(byte[] answer)
    {
        SipResponse response = Assert.IsType<SipResponse>(SipParser.Parse(answer).Message);
        Assert.InRange(int.Parse(response.Headers["Retry-After"]!, CultureInfo.InvariantCulture), 5, 15);
        return response.StatusCode == 503;
    }

    private static byte[] AckOf(byte[] invite) => Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(invite)
        .Replace("INVITE", "ACK", StringComparison.Ordinal).Replace("@192.0.2.1>\r\n", "@192.0.2.1>;tag=t\r\n", StringComparison.Ordinal));

    private byte[] Request(string method, string? toTag = null) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{method} sip:100@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK{++_number};rport\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:100@192.0.2.1>{(toTag is null ? "" : ";tag=" + toTag)}\r\nCall-ID: c{_number}\r\nCSeq: 1 {method}\r\nContact: <sip:a@198.51.100.7>\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE\r\nUser-Agent: a telephone\r\nContent-Length: 0\r\n\r\n"));

    private GuardVerdict Look(SipGuard guard, string source, byte[] message, out byte[] answer)
    {
        GuardVerdict verdict = guard.Look(SourceAddress.Of(IPAddress.Parse(source)), 40_000, message, _buffer, out StatelessAnswer made);
        answer = _buffer[..made.Length];
        return verdict;
    }
}
