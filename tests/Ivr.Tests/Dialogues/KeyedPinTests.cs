using CsCheck;
using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Tests.Dialogues;

public sealed class KeyedPinTests
{
    [Fact]
    public void It_prints_as_stars_wherever_it_travels()
    {
        KeyedPin pin = PhoneCall.Pin("314159265");
        object[] carriers =
        [
            pin,
            new DialogueAction.SubmitPin(1, pin),
            PinStep.Submit(pin),
            new Sentence(PromptId.KeyedDigits) { Digits = pin },
            new DialogueAction.Play(1, new Utterance(IvrLanguage.French, [new Sentence(PromptId.KeyedDigits) { Digits = pin }]), false),
            .. new SentencePlanner().Plan(
                new Sentence(PromptId.KeyedDigits) { Digits = pin }, Utterance.Of(IvrLanguage.French, PromptId.KeyedDigits)),
        ];
        Assert.All(carriers, carrier => Assert.DoesNotContain("314", carrier.ToString(), StringComparison.Ordinal));
        Assert.Equal("***", pin.ToString());
    }

    [Fact]
    public void A_key_does_not_print() =>
        Assert.DoesNotContain("7", new DialogueInput.KeyPressed('7').ToString(), StringComparison.Ordinal);

    [Fact]
    public void Its_hash_code_tells_nothing_of_its_digits() =>
        Assert.Equal(PhoneCall.Pin("111111111").GetHashCode(), PhoneCall.Pin("987654321").GetHashCode());

    [Fact]
    public void Digits_come_back_as_they_were_keyed_leading_zeros_included() =>
        Gen.Char['0', '9'].Array[1, KeyedPin.MaxLength].Sample(digits =>
        {
            char[] back = new char[KeyedPin.MaxLength];
            int length = PhoneCall.Pin(new string(digits)).Reveal(back);
            Assert.Equal(digits, back[..length]);
        });

    [Theory]
    [InlineData("")]
    [InlineData("12a")]
    [InlineData("١٢٣")]
    [InlineData("1234567890123456789")]
    public void Anything_but_1_to_18_ASCII_digits_is_refused(string text) => Assert.False(KeyedPin.TryRead(text, out _));

    [Fact]
    public void A_short_destination_is_refused_without_naming_the_digits()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => PhoneCall.Pin("314159265").Reveal(new char[3]));
        Assert.DoesNotContain("314", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leading_zeros_make_another_PIN() => Assert.True(PhoneCall.Pin("0123") != PhoneCall.Pin("123"));
}
