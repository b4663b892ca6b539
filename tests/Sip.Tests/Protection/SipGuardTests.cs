using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Protection;
using PhoneBridge.Testing.Memory;

namespace PhoneBridge.Sip.Tests.Protection;

/// <summary>Who is let in, who is answered, who is banned, and for how long.</summary>
[Trait("Req", "TRA4")]
public sealed class SipGuardTests : ISipTrace
{
    private const string Trunk = "192.0.2.10";
    private const string Stranger = "198.51.100.7";

    private readonly FakeTimeProvider _time = new();
    private readonly SipCounters _counters = new();
    private readonly List<SipBan> _told = [];
    private readonly List<IPAddress> _strangersTold = [];
    private readonly byte[] _buffer = new byte[65_536];
    private int _number;

    void ISipTrace.OnStranger(IPAddress source) => _strangersTold.Add(source);

    void ISipTrace.OnBanned(SipBan ban) => _told.Add(ban);

    [Theory]
    [InlineData("INVITE")]
    [InlineData("OPTIONS")]
    [InlineData("REGISTER")]
    [InlineData("BYE")]
    public void A_stranger_hears_nothing_and_a_trunk_is_served(string method)
    {
        SipGuard guard = Guard(new SipGuardOptions { Strangers = SipStrangers.Silent });
        Assert.Equal(GuardVerdict.Drop, Look(guard, Stranger, Request(method)));
        Assert.Equal(GuardVerdict.Pass, Look(guard, Trunk, Request(method)));
        Assert.Equal(GuardVerdict.Pass, Look(guard, "::ffff:" + Trunk, Request(method)));
        Assert.Equal(GuardVerdict.Pass, Look(guard, "2001:db8:5::9", Request(method)));
        Assert.Equal(GuardVerdict.Drop, Look(guard, Stranger, Request(method)));
        Assert.Equal(2, _counters.DropsOf(SipDropReason.Stranger));
        Assert.Equal(IPAddress.Parse(Stranger), Assert.Single(_strangersTold));
        Assert.False(guard.AdmitsConnection(IPAddress.Parse(Stranger)));
        Assert.True(guard.AdmitsConnection(IPAddress.Parse(Stranger), mayProveItself: true));
        Assert.True(guard.AdmitsConnection(IPAddress.Parse(Trunk)));
    }

    [Fact]
    public void A_peer_that_has_proved_itself_is_served_from_any_address()
    {
        SipGuard guard = Guard(new SipGuardOptions { Strangers = SipStrangers.Silent });
        Assert.Equal(GuardVerdict.Pass, guard.Look(SourceAddress.Of(IPAddress.Parse(Stranger)), 5061, Request("INVITE"), _buffer, out _, peer: 1));
    }

    [Fact]
    public void Answers_are_let_in_from_where_requests_of_ours_went()
    {
        SipGuard guard = Guard(new SipGuardOptions { Strangers = SipStrangers.Silent });
        byte[] ok = "SIP/2.0 200 OK\r\n\r\n"u8.ToArray();
        Assert.Equal(GuardVerdict.Drop, Look(guard, Stranger, ok));
        guard.Expect(IPAddress.Parse(Stranger));
        Assert.Equal(GuardVerdict.Pass, Look(guard, Stranger, ok));
        Assert.Equal(GuardVerdict.Pass, Look(guard, Stranger, Request("BYE", toTag: "t")));
    }

    [Fact]
    public void A_refusal_is_the_same_whatever_is_asked_for_and_never_longer_than_the_request()
    {
        SipGuard guard = Guard(new SipGuardOptions { Strangers = SipStrangers.Refuse });
        HashSet<string> answers = [];
        foreach (string method in new[] { "INVITE", "OPTIONS", "REGISTER", "SUBSCRIBE", "NONSENSE" })
        {
            foreach (string user in new[] { "100", "+33170000001" })
            {
                byte[] request = Request(method, user: user);
                Assert.Equal(GuardVerdict.Answer, Look(guard, $"203.0.113.{answers.Count + (10 * _number)}", request, out byte[] answer));
                Assert.InRange(answer.Length, 1, request.Length);
                SipResponse response = Assert.IsType<SipResponse>(SipParser.Parse(answer).Message);
                answers.Add($"{response.StatusCode} {response.ReasonPhrase} {string.Join(',', response.Headers.Select(h => h.Name))}");
            }
        }

        Assert.Equal("403 Forbidden Via,From,To,Call-ID,CSeq,Content-Length", Assert.Single(answers));
        Assert.Equal(GuardVerdict.Drop, Look(guard, Stranger, Request("ACK")));
        Assert.Equal(GuardVerdict.Drop, Look(guard, Stranger, "INVITE"u8.ToArray()));
        byte[] tiny = "OPTIONS sip:a SIP/2.0\r\nv:SIP/2.0/UDP a;rport\r\nf:b\r\nt:c\r\ni:d\r\nCSeq:1 OPTIONS\r\n\r\n"u8.ToArray();
        Assert.Equal(GuardVerdict.Drop, Look(guard, Stranger, tiny));
    }

    [Fact]
    public void Refusals_are_few_for_one_source_and_then_none()
    {
        SipGuard guard = Guard(new SipGuardOptions { Strangers = SipStrangers.Refuse });
        Assert.Equal(10, Enumerable.Range(0, 1000).Count(_ => Look(guard, Stranger, Request("OPTIONS")) == GuardVerdict.Answer));
        Assert.Equal(GuardVerdict.Answer, Look(guard, "198.51.100.8", Request("OPTIONS")));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, Enumerable.Range(0, 1000).Count(_ => Look(guard, Stranger, Request("OPTIONS")) == GuardVerdict.Answer));
    }

    [Theory]
    [InlineData(SipStrangers.Silent)]
    [InlineData(SipStrangers.Refuse)]
    public void A_source_that_goes_on_trying_is_banned_once_and_for_a_while(SipStrangers strangers)
    {
        SipGuard guard = Guard(new SipGuardOptions { Strangers = strangers, BanAttempts = 20 });
        for (int i = 0; i < 100; i++)
        {
            Look(guard, Stranger, Request("REGISTER"));
        }

        Assert.Equal((1L, 80L, 20L), (_counters.Bans, _counters.DropsOf(SipDropReason.Banned), _counters.DropsOf(SipDropReason.Stranger)));
        Assert.Equal(IPNetwork.Parse(Stranger + "/32"), Assert.Single(_told).Network);
        Assert.Equal(80, Assert.Single(guard.Bans).Dropped);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(guard.Bans);
    }

    [Fact]
    public void Slow_trying_is_no_scan()
    {
        SipGuard guard = Guard(new SipGuardOptions { BanAttempts = 20 });
        for (int i = 0; i < 100; i++)
        {
            guard.OnAttempt(IPAddress.Parse(Stranger));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Empty(guard.Bans);
    }

    [Fact]
    public void A_trunk_is_never_banned_since_its_address_can_be_forged()
    {
        SipGuard guard = Guard(new SipGuardOptions { BanAttempts = 3 });
        for (int i = 0; i < 1000; i++)
        {
            guard.OnAttempt(IPAddress.Parse(Trunk));
        }

        Assert.Equal(GuardVerdict.Pass, Look(guard, Trunk, Request("INVITE")));
        Assert.Empty(guard.Bans);

        // Not even one that became a trunk's after it was banned.
        for (int i = 0; i < 3; i++)
        {
            guard.OnAttempt(IPAddress.Parse(Stranger));
        }

        Assert.Equal(GuardVerdict.Drop, Look(guard, Stranger, Request("INVITE")));
        guard.Sources = new SipSources([new SipPeer("p", [IPNetwork.Parse(Stranger + "/32")]), new SipPeer("p", [])]);
        Assert.Equal(GuardVerdict.Pass, Look(guard, Stranger, Request("INVITE")));
    }

    [Fact]
    public void An_IPv6_network_of_64_bits_is_one_source()
    {
        SipGuard guard = Guard(new SipGuardOptions { BanAttempts = 20 });
        for (int i = 0; i < 20; i++)
        {
            guard.OnAttempt(IPAddress.Parse($"2001:db8:1:2::{i + 1:x}"));
        }

        Assert.Equal(IPNetwork.Parse("2001:db8:1:2::/64"), Assert.Single(guard.Bans).Network);
        Assert.Equal(GuardVerdict.Drop, Look(guard, "2001:db8:1:2:ffff::1", Request("OPTIONS")));
        Assert.Equal(GuardVerdict.Pass, Look(guard, "2001:db8:1:3::1", Request("OPTIONS")));
        Assert.True(guard.Lift(IPAddress.Parse("2001:db8:1:2::77")));
        Assert.False(guard.Lift(IPAddress.Parse("2001:db8:1:2::77")));
        Assert.Equal(GuardVerdict.Pass, Look(guard, "2001:db8:1:2:ffff::1", Request("OPTIONS")));
    }

    [Fact]
    public void Forged_sources_fill_no_memory_and_no_log()
    {
        SipGuard guard = Guard(new SipGuardOptions { Strangers = SipStrangers.Silent, BanAttempts = 2 });
        byte[] request = Request("INVITE");
        for (uint i = 0; i < 40_000; i++)
        {
            SourceAddress source = SourceAddress.Of(new IPAddress(BitConverter.GetBytes(i * 2_654_435_761)));
            guard.Look(source, 5060, request, _buffer, out _);
            guard.Look(source, 5060, request, _buffer, out _);
        }

        Assert.InRange(_counters.Bans, 39_000, 40_000);
        Assert.InRange(guard.Bans.Count, SourceTable.Capacity / 2, SourceTable.Capacity);
        Assert.InRange(_told.Count, 1, 30);
        Assert.InRange(_strangersTold.Count, 1, 10);
    }

    [Fact]
    public void The_first_look_allocates_nothing()
    {
        foreach (SipStrangers strangers in Enum.GetValues<SipStrangers>())
        {
            SipGuard guard = Guard(new SipGuardOptions { Strangers = strangers, BanAttempts = 1000, StrangerCallsPerSecond = 1, StrangerBurst = 1 });
            byte[][] requests = [.. Enumerable.Range(0, 50).Select(_ => Request("INVITE"))];
            SourceAddress source = SourceAddress.Of(IPAddress.Parse(Stranger));
            void LookAtAll()
            {
                foreach (byte[] request in requests)
                {
                    guard.Look(source, 5060, request, _buffer, out _);
                }
            }

            LookAtAll();
            Assert.Equal(0, AllocationMeter.Of(LookAtAll));
        }
    }

    private SipGuard Guard(SipGuardOptions options) => new(options, _counters, this, _time, new QueueDelay(_time))
    {
        Sources = new SipSources(
        [
            new SipPeer("p", [IPNetwork.Parse("192.0.2.0/28")]),
            new SipPeer("p", [IPNetwork.Parse("2001:db8:5::/48"), IPNetwork.Parse("192.0.2.10/32")]),
        ]),
    };

    private byte[] Request(string method, string user = "100", string? toTag = null) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{method} sip:{user}@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK{++_number};rport\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:{user}@192.0.2.1>{(toTag is null ? "" : ";tag=" + toTag)}\r\nCall-ID: c{_number}\r\nCSeq: 1 {method}\r\nContact: <sip:a@198.51.100.7>\r\nUser-Agent: friendly-scanner\r\nContent-Length: 0\r\n\r\n"));

    private GuardVerdict Look(SipGuard guard, string source, byte[] message) => Look(guard, source, message, out _);

    private GuardVerdict Look(SipGuard guard, string source, byte[] message, out byte[] answer)
    {
        GuardVerdict verdict = guard.Look(SourceAddress.Of(IPAddress.Parse(source)), 40_000, message, _buffer, out StatelessAnswer made);
        answer = _buffer[..made.Length];
        return verdict;
    }
}
