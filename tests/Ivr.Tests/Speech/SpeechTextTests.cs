using System.Text;
using CsCheck;
using PhoneBridge.Ivr.Speech;

namespace PhoneBridge.Ivr.Tests.Speech;

// Hostile titles: reliability test T21.
public sealed class SpeechTextTests
{
    [Theory]
    [InlineData("Conseil d'école", "Conseil d'école")]
    [InlineData("  a \t\r\n b  ", "a b")]
    [InlineData("x\0y", "x y")]
    [InlineData("\u202Etxt.exe\u200B\uFEFF", "txt.exe")]
    [InlineData("<speak><break time=\"9s\"/>hi</speak>", "speak break time 9s hi speak")]
    [InlineData("[[t'uts]]", "t'uts")]
    [InlineData("$(rm -rf ~); `id` | cat > /etc/passwd", "$ rm -rf ; id cat etc passwd")]
    [InlineData("=cmd|'/C calc'!A0", "cmd ' C calc'!A0")]
    [InlineData("\uD800 lone", "lone")]
    [InlineData("日本語 עברית", "日本語 עברית")]
    [InlineData("☃🎉", "")]
    [InlineData(null, "")]
    public void Only_what_can_be_spoken_is_left(string? text, string clean) => Assert.Equal(clean, SpeechText.Clean(text));

    [Fact]
    public void A_text_of_100_KB_is_cut_at_a_word()
    {
        string clean = SpeechText.Clean(string.Concat(Enumerable.Repeat("réunion plénière ", 6000)));
        Assert.InRange(clean.Length, 150, SpeechText.MaxLength);
        Assert.True(clean.EndsWith("réunion", StringComparison.Ordinal) || clean.EndsWith("plénière", StringComparison.Ordinal), clean);
    }

    [Fact]
    public void A_cut_leaves_no_half_character()
    {
        string clean = SpeechText.Clean("a" + string.Concat(Enumerable.Repeat("\U00020000", 300)), 100);
        Assert.False(char.IsHighSurrogate(clean[^1]));
        Assert.InRange(clean.Length, 98, 100);
    }

    [Fact]
    public void Any_text_becomes_short_clean_and_stays_as_it_is_when_cleaned_again() =>
        Gen.String.Sample(text =>
        {
            string clean = SpeechText.Clean(text, 60);
            Assert.True(clean.Length <= 60);
            Assert.DoesNotContain(clean.EnumerateRunes(), rune => Rune.IsControl(rune) || rune.Value is '[' or ']' or '<' or '>' or '|' or '`' or '\\' or '"');
            Assert.Equal(clean, SpeechText.Clean(clean, 60));
        });
}
