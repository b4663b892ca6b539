using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Tests.Prompts;

public sealed class RecordedNumberTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(16, "16")]
    [InlineData(17, "17")]
    [InlineData(20, "20")]
    [InlineData(21, "20 et 1")]
    [InlineData(22, "20 2")]
    [InlineData(31, "30 et 1")]
    [InlineData(61, "60 et 1")]
    [InlineData(69, "60 9")]
    [InlineData(70, "70")]
    [InlineData(71, "60 et 11")]
    [InlineData(72, "60 12")]
    [InlineData(77, "60 17")]
    [InlineData(79, "60 19")]
    [InlineData(80, "80")]
    [InlineData(81, "80 1")]
    [InlineData(89, "80 9")]
    [InlineData(90, "90")]
    [InlineData(91, "80 11")]
    [InlineData(99, "80 19")]
    [InlineData(100, "hundred")]
    [InlineData(101, "hundred 1")]
    [InlineData(121, "hundred 20 et 1")]
    [InlineData(200, "2 hundred")]
    [InlineData(350, "3 hundred 50")]
    [InlineData(999, "9 hundred 80 19")]
    [InlineData(1000, "thousand")]
    [InlineData(1001, "thousand 1")]
    [InlineData(2071, "2 thousand 60 et 11")]
    [InlineData(21_000, "20 et 1 thousand")]
    [InlineData(180_000, "hundred 80 thousand")]
    public void French_numbers_follow_the_grammar_of_France(int number, string parts) => Check(number, parts, IvrLanguage.French);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(13, "13")]
    [InlineData(20, "20")]
    [InlineData(21, "20 1")]
    [InlineData(71, "70 1")]
    [InlineData(80, "80")]
    [InlineData(91, "90 1")]
    [InlineData(100, "1 hundred")]
    [InlineData(101, "1 hundred 1")]
    [InlineData(350, "3 hundred 50")]
    [InlineData(1000, "1 thousand")]
    [InlineData(2071, "2 thousand 70 1")]
    public void English_numbers_are_said_in_English(int number, string parts) => Check(number, parts, IvrLanguage.English);

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(int.MaxValue, RecordedNumber.Max)]
    public void Numbers_out_of_range_are_said_as_the_nearest_that_can_be_said(int number, int said) =>
        Assert.Equal(RecordedNumber.Compose(said, IvrLanguage.French), RecordedNumber.Compose(number, IvrLanguage.French));

    [Theory]
    [InlineData(IvrLanguage.French)]
    [InlineData(IvrLanguage.English)]
    public void No_two_numbers_sound_the_same(IvrLanguage language)
    {
        HashSet<string> heard = [];
        Assert.All(Enumerable.Range(0, 5000), number => Assert.True(heard.Add(string.Join(' ', RecordedNumber.Compose(number, language))), $"{number}"));
    }

    private static void Check(int number, string parts, IvrLanguage language) =>
        Assert.Equal(parts.Split(' ').Select(part => $"digits/{part}"), RecordedNumber.Compose(number, language));
}
