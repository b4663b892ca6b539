using PhoneBridge.Sip.Identity;

namespace PhoneBridge.Sip.Tests.Identity;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("+33612345621", "+33 6 •• •• •• 21")]
    [InlineData("+12125550123", "+1 2 • •• •• •• 23")]
    [InlineData("+4930123456", "+49 3 • •• •• 56")]
    [InlineData("+352123456", "+352 1 • •• 56")]
    [InlineData("0612", "••••")]
    [InlineData("1234567", "•••••••")]
    [InlineData("12345678", "12 •• •• 78")]
    public void A_number_prints_masked(string number, string expected)
    {
        PhoneNumber read = NumberPlan.France.Read(number)!;
        Assert.Equal(expected, read.ToString());
        Assert.Equal(expected, $"{read}");
        Assert.Equal(number, read.Reveal());
    }

    [Theory]
    [InlineData("+33612345678", "+33612345678")]
    [InlineData("+33 (6) 12-34.56 78", "+33612345678")]
    [InlineData("0033612345678", "+33612345678")]
    [InlineData("33612345678", "+33612345678")]
    [InlineData("0612345678", "+33612345678")]
    [InlineData("00442079460123", "+442079460123")]
    [InlineData("442079460123", "442079460123")]
    [InlineData("612345678", "612345678")]
    [InlineData("3612", "3612")]
    [InlineData("*43#", "*43#")]
    [InlineData("0000000000000000000", "0000000000000000000")]
    public void Forms_become_e164_by_the_trunks_country(string written, string expected) =>
        Assert.Equal(expected, NumberPlan.France.Read(written)?.Reveal());

    [Theory]
    [InlineData("")]
    [InlineData("alice")]
    [InlineData("+")]
    [InlineData("+12")]
    [InlineData("+0123456789")]
    [InlineData("+1234567890123456")]
    [InlineData("06+12345678")]
    [InlineData("٠٦١٢٣٤٥٦٧٨")]
    [InlineData("012345678901234567890123456789012")]
    public void What_is_no_number_is_none(string written) => Assert.Null(NumberPlan.France.Read(written));

    [Theory]
    [InlineData("0612345678", "+33", "+33612345678")]
    [InlineData("612345678", "+336", "+336612345678")]
    [InlineData("2079460123", "+44", "+442079460123")]
    [InlineData("0612345678", "example.com", "+33612345678")]
    [InlineData("0612345678", "+x", "+33612345678")]
    public void A_phone_context_places_a_local_number(string written, string context, string expected) =>
        Assert.Equal(expected, NumberPlan.France.Read(written, context)?.Reveal());

    [Fact]
    public void Other_plans_and_bare_international_numbers_can_be_set()
    {
        Assert.Equal("+34912345678", new NumberPlan("34", "", "00", 9, 9).Read("912345678")?.Reveal());
        NumberPlan bare = NumberPlan.France with { BareNumbersAreInternational = true };
        Assert.Equal("+442079460123", bare.Read("442079460123")?.Reveal());
        Assert.Equal("+33612345678", bare.Read("0612345678")?.Reveal());
    }

    [Fact]
    public void Numbers_are_equal_by_value()
    {
        Assert.Equal(NumberPlan.France.Read("0612345678"), NumberPlan.France.Read("+33612345678"));
        Assert.NotEqual(NumberPlan.France.Read("0612345678"), NumberPlan.France.Read("0612345679"));
    }
}
