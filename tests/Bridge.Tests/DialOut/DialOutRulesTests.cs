using Microsoft.Extensions.Configuration;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Tests.DialOut;

[Trait("Req", "C10")]
public sealed class DialOutRulesTests
{
    [Fact]
    public void All_mistakes_are_named_at_once_by_their_keys()
    {
        IReadOnlyList<string> errors = Find(
            ("Sip:UnknownTrunk:DialOut:MaxCalls", "2"),
            ("Sip:Trunks:0:Name", "a"), ("Sip:Trunks:0:Sources:0", "192.0.2.1"), ("Sip:Trunks:0:DialOut:MaxCalls", "0"),
            ("Sip:Trunks:1:Name", "b"), ("Sip:Trunks:1:Peer:Address", "192.0.2.2"), ("Sip:Trunks:1:Numbers:0:Number", "+33123456789"),
            ("Sip:Trunks:1:DialOut:CallerNumber", "+33123456780"), ("Sip:Trunks:1:DialOut:AllowedPrefixes:0", "33"),
            ("Sip:Trunks:1:DialOut:DeniedPrefixes:0", "+33x"), ("Sip:Trunks:1:DialOut:NumberFormat", "Local"),
            ("DialOut:CallsPerDay", "-1"), ("DialOut:RingTime", "01:00:00"));
        string[] starts =
        [
            "Sip:UnknownTrunk:DialOut: must be absent", "Sip:Trunks:0:DialOut: has nowhere", "Sip:Trunks:0:DialOut:AllowedPrefixes: is empty",
            "Sip:Trunks:0:DialOut:CallerNumber: is needed", "Sip:Trunks:0:DialOut:MaxCalls", "Sip:Trunks:1:DialOut:AllowedPrefixes:0: '33'",
            "Sip:Trunks:1:DialOut:DeniedPrefixes:0: '+33x'", "Sip:Trunks:1:DialOut:CallerNumber: '+33123456780' is none",
            "Sip:Trunks:1:DialOut:NumberFormat", "DialOut:CallsPerDay", "DialOut:RingTime",
        ];
        Assert.All(starts, start => Assert.Contains(errors, error => error.StartsWith(start, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_trunk_with_prefixes_and_a_number_of_its_own_may_dial_out() => Assert.Empty(Find(
        ("Sip:Trunks:0:Name", "a"), ("Sip:Trunks:0:Peer:Address", "192.0.2.2"), ("Sip:Trunks:0:Numbers:0:Number", "+33123456789"),
        ("Sip:Trunks:0:DialOut:CallerNumber", "+33123456789"), ("Sip:Trunks:0:DialOut:AllowedPrefixes:0", "+33")));

    [Fact]
    public void Nothing_dials_out_unless_it_is_told_to() => Assert.Null(new TrunkOptions().DialOut);

    private static IReadOnlyList<string> Find(params (string Key, string Value)[] settings) => ConfigurationErrors.Find(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => new KeyValuePair<string, string?>(one.Key, one.Value))).Build());
}
