using PhoneBridge.Sip.Identity;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Messages;

namespace PhoneBridge.Sip.Tests.Identity;

[Trait("Req", "ID")]
public sealed class CallerIdentityTests
{
    private static readonly CallerIdentityRules Trusted = new(NumberPlan.France, TrustsAssertedIdentity: true);
    private static readonly CallerIdentityRules Untrusted = new(NumberPlan.France, TrustsAssertedIdentity: false);

    private static SipRequest Request(string from, params string[] headers) => Wire.Request(Wire.InviteWith(
        "From: \"Anna\" <sip:+33612345678@trunk.example.net>;tag=f1",
        string.Join('\n', headers.Prepend($"From: {from};tag=f1"))));

    [Theory]
    [InlineData("<sip:+33612345678@x>")]
    [InlineData("<sip:0612345678@x;user=phone>")]
    [InlineData("<sip:0612345678;phone-context=+33@x;user=phone>")]
    [InlineData("<tel:+33-6-12-34-56-78>")]
    [InlineData("<tel:0612345678;phone-context=+33>")]
    [InlineData("sip:0033612345678@x")]
    public void From_gives_the_number_in_all_its_forms(string from) =>
        Assert.Equal("+33612345678", CallerIdentity.Read(Request(from), Untrusted).Number?.Reveal());

    [Theory]
    [InlineData("P-Asserted-Identity: \"Bob\" <sip:+33155555555@x>", "+33155555555")]
    [InlineData("P-Asserted-Identity: <tel:+33155555555>", "+33155555555")]
    [InlineData("P-Asserted-Identity: <sip:bob@x>, <tel:+33155555555>", "+33155555555")]
    [InlineData("P-Asserted-Identity: <sip:bob@x>\nP-Asserted-Identity: <tel:+33155555555>", "+33155555555")]
    [InlineData("P-Asserted-Identity: broken", "+33612345678")]
    public void Asserted_identity_counts_only_from_a_trusted_trunk(string header, string expected)
    {
        SipRequest request = Request("<sip:+33612345678@x>", header);
        Assert.Equal(expected, CallerIdentity.Read(request, Trusted).Number?.Reveal());
        Assert.Equal("+33612345678", CallerIdentity.Read(request, Untrusted).Number?.Reveal());
    }

    [Theory]
    [InlineData("<sip:+33612345678@x>", "Privacy: id")]
    [InlineData("<sip:+33612345678@x>", "Privacy: critical; USER")]
    [InlineData("<sip:+33612345678@x>", "Privacy: header")]
    [InlineData("\"Anonymous\" <sip:anonymous@anonymous.invalid>", "X: y")]
    [InlineData("<sip:Anonymous@trunk.example.net>", "X: y")]
    [InlineData("<sip:unavailable@x>", "X: y")]
    [InlineData("<sip:restricted@x>", "X: y")]
    [InlineData("<sip:trunk.example.net>", "X: y")]
    public void A_caller_who_wants_to_be_unknown_is_hidden(string from, string header)
    {
        CallerIdentity caller = CallerIdentity.Read(Request(from, header, "P-Asserted-Identity: \"Bob\" <tel:+33155555555>"), Trusted);
        Assert.True(caller.IsHidden);
        Assert.Null(caller.Number);
        Assert.Null(caller.DisplayName);
        Assert.Equal("hidden", caller.ToString());
        Assert.Equal("+33155555555", caller.WithheldNumber?.Reveal());
    }

    [Fact]
    public void Privacy_none_hides_nothing()
    {
        CallerIdentity caller = CallerIdentity.Read(Request("\"Anna\" <sip:+33612345678@x>", "Privacy: none"), Trusted);
        Assert.False(caller.IsHidden);
        Assert.Equal("Anna", caller.DisplayName);
        Assert.Equal("+33 6 •• •• •• 78", caller.ToString());
    }

    [Theory]
    [InlineData("P-Asserted-Identity: <tel:+33155555555;verstat=TN-Validation-Passed>", CallerVerification.Verified)]
    [InlineData("P-Asserted-Identity: <tel:+33155555555;verstat=TN-Validation-Passed-A>", CallerVerification.Verified)]
    [InlineData("P-Asserted-Identity: <sip:+33155555555;verstat=TN-Validation-Failed@x;user=phone>", CallerVerification.NotVerified)]
    [InlineData("P-Asserted-Identity: <sip:+33155555555@x;verstat=No-TN-Validation>", CallerVerification.NotVerified)]
    [InlineData("P-Asserted-Identity: <sip:+33155555555@x>;verstat=TN-Validation-Passed", CallerVerification.Verified)]
    [InlineData("P-Asserted-Identity: <sip:+33155555555@x>", CallerVerification.Unknown)]
    public void Verstat_is_read_wherever_operators_put_it(string header, CallerVerification expected) =>
        Assert.Equal(expected, CallerIdentity.Read(Request("<sip:+33612345678@x>", header), Trusted).Verification);

    [Fact]
    public void A_signature_is_noted_and_foreign_headers_disturb_nothing()
    {
        CallerIdentity caller = CallerIdentity.Read(
            Request("<isbn:123>", "Identity: abc;info=<https://x>", "Diversion: broken <<", "History-Info: ;;", "User-to-User: 00"), Trusted);
        Assert.True(caller.IsSigned);
        Assert.False(caller.IsHidden);
        Assert.Equal("unknown", caller.ToString());
    }

    [Fact]
    public void A_display_name_is_cleaned_and_cut()
    {
        CallerIdentity caller = CallerIdentity.Read(Request($"\"A\\\a{new string('x', 100)}\" <sip:+33612345678@x>"), Untrusted);
        Assert.Equal("A" + new string('x', 79), caller.DisplayName);
    }

    [Theory]
    [InlineData(CalledNumberSource.RequestUri, "+33170000001")]
    [InlineData(CalledNumberSource.To, "+33170000002")]
    [InlineData(CalledNumberSource.PCalledPartyId, "+33170000003")]
    public void The_called_number_is_read_where_the_trunk_writes_it(CalledNumberSource source, string expected)
    {
        SipRequest request = Wire.Request(Wire.InviteWith("To: <sip:+33170000001@bridge.example.com>", "To: <sip:0170000002@x>\nP-Called-Party-ID: <tel:+33170000003>"));
        CalledNumber called = CalledNumber.Read(request, new CalledNumberRules(NumberPlan.France, source));
        Assert.Equal(expected, called.Number?.Reveal());
        Assert.StartsWith("+33 1 ••", called.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_header_falls_back_to_the_request_uri_and_a_pin_prints_masked()
    {
        SipRequest request = Wire.Request(Wire.InviteWith("sip:+33170000001@bridge.example.com;user=phone", "sip:123456789@bridge.example.com"));
        CalledNumber called = CalledNumber.Read(request, new CalledNumberRules(NumberPlan.France, CalledNumberSource.PCalledPartyId));
        Assert.Equal("123456789", called.RevealUser());
        Assert.Equal("***", called.ToString());
    }
}
