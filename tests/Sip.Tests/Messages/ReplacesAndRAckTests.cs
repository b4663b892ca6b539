using CsCheck;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Tests.Messages;

/// <summary>The headers of RFC 3262 and RFC 3891, as they are written and as they are not.</summary>
public sealed class ReplacesAndRAckTests
{
    [Theory]
    [Trait("Req", "DLG12")]
    [InlineData("98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff", "98732@sip.example.com", "ff87ff", "r33th4x0r", false)]
    [InlineData("12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only", "12adf2f34456gs5", "12345", "54321", true)]
    [InlineData(" a ; To-Tag=1 ; x=y ; From-Tag=0 ", "a", "1", "0", false)]
    public void A_Replaces_is_read(string text, string callId, string toTag, string fromTag, bool isEarlyOnly)
    {
        Assert.True(SipReplaces.TryParse(text, out SipReplaces read));
        Assert.Equal(new SipReplaces(callId, toTag, fromTag, isEarlyOnly), read);
    }

    [Theory]
    [Trait("Req", "DLG12")]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a;to-tag=1")]
    [InlineData("a;to-tag;from-tag=2")]
    [InlineData("a b;to-tag=1;from-tag=2")]
    [InlineData("a;to-tag=1;from-tag=2, b;to-tag=1;from-tag=2")]
    public void One_that_names_no_dialog_is_refused(string text) => Assert.False(SipReplaces.TryParse(text, out _));

    [Theory]
    [Trait("Req", "DLG9")]
    [InlineData("776656 1 INVITE", 776656, 1)]
    [InlineData("  4294967295\t 2  INVITE ", 4294967295, 2)]
    public void A_RAck_is_read(string text, uint rseq, uint cseq)
    {
        Assert.True(SipRAck.TryRead(Prack(text), out SipRAck read));
        Assert.Equal(new SipRAck(rseq, cseq, "INVITE"), read);
        Assert.True(SipRAck.TryRead(Prack(read.ToString()), out SipRAck again));
        Assert.Equal(read, again);
    }

    [Theory]
    [Trait("Req", "DLG9")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1 2")]
    [InlineData("-1 2 INVITE")]
    [InlineData("4294967296 2 INVITE")]
    [InlineData("1 x INVITE")]
    public void One_that_acknowledges_nothing_is_refused(string? text) => Assert.False(SipRAck.TryRead(Prack(text), out _));

    [Fact]
    [Trait("Req", "MSG8")]
    public void No_text_makes_the_readers_throw() => Gen.String[Gen.OneOf(Gen.Char["; =,\"\t<>a1"], Gen.Char.AlphaNumeric), 0, 40].Sample(static text =>
    {
        bool isRead = SipReplaces.TryParse(text, out SipReplaces replaces);
        Assert.Equal(isRead, !string.IsNullOrEmpty(replaces.CallId));
        Assert.Equal(SipRAck.TryRead(Prack(text), out SipRAck rack), rack.Method is not null);
    });

    private static SipRequest Prack(string? rack)
    {
        SipRequest prack = new("PRACK", SipUri.Unusable);
        if (rack is not null)
        {
            prack.Headers.Add("RAck", rack);
        }

        return prack;
    }
}
