using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.DialOut;

namespace PhoneBridge.Bridge.Tests.DialOut;

[Trait("Req", "C10")]
public sealed class DialOutNumbersTests
{
    [Theory]
    [InlineData("+33612345678", true)]
    [InlineData("+1234567", true)]
    [InlineData("+123456789012345", true)]
    [InlineData("+123456", false)]
    [InlineData("+1234567890123456", false)]
    [InlineData("+0612345678", false)]
    [InlineData("0612345678", false)]
    [InlineData("33612345678", false)]
    [InlineData("+33 6 12 34 56 78", false)]
    [InlineData("+33612345678;phone-context=x", false)]
    [InlineData("+33612345678@evil.example", false)]
    [InlineData("+336123456٣٤", false)]
    [InlineData("+", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_plain_E164_is_a_number(string? text, bool isOne) => Assert.Equal(isOne, DialOutNumbers.Read(text) is not null);

    [Theory]
    [InlineData("+33612345678", true)]
    [InlineData("+33899123456", false)]
    [InlineData("+44712345678", false)]
    [InlineData("+3212345678", true)]
    public void Only_what_is_listed_may_be_rung_and_what_is_denied_never(string number, bool isAllowed)
    {
        TrunkDialOutOptions dialOut = new() { AllowedPrefixes = ["+33", "+32"], DeniedPrefixes = ["+338"] };
        Assert.Equal(isAllowed, DialOutNumbers.IsAllowed(dialOut, DialOutNumbers.Read(number)!));
        Assert.False(DialOutNumbers.IsAllowed(new TrunkDialOutOptions(), DialOutNumbers.Read(number)!));
    }

    [Theory]
    [InlineData("+33612345678", DialledNumberFormat.E164Plus, "33", "+33612345678")]
    [InlineData("+33612345678", DialledNumberFormat.E164, "33", "33612345678")]
    [InlineData("+33612345678", DialledNumberFormat.National, "33", "0612345678")]
    [InlineData("+44712345678", DialledNumberFormat.National, "33", "0044712345678")]
    [InlineData("+12125550100", DialledNumberFormat.National, "1", "12125550100")]
    [InlineData("+33612345678", DialledNumberFormat.National, "1", "01133612345678")]
    public void A_number_is_written_as_the_operator_wants_it(string number, DialledNumberFormat format, string country, string written) =>
        Assert.Equal(written, DialOutNumbers.Write(number, format, country));
}
