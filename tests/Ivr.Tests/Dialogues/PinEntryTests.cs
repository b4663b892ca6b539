using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Tests.Dialogues;

// Rules of the profile, section 5.1.
[Trait("Req", "IVR")]
public sealed class PinEntryTests
{
    private static readonly TimeSpan T0 = TimeSpan.FromHours(1);

    private readonly PinEntry _entry = new(new IvrOptions());

    public PinEntryTests() => _entry.Begin(T0);

    [Fact]
    public void The_ninth_digit_submits_without_a_hash()
    {
        Assert.All(Keys("12345678"), step => Assert.Equal(PinStepKind.Collecting, step.Kind));
        Assert.Equal(PinStep.Submit(PhoneCall.Pin("123456789")), Keys("9").Single());
    }

    [Fact]
    public void A_star_clears_and_the_next_digits_are_a_new_PIN()
    {
        Keys("1234");
        Assert.Equal(PinStep.Cleared, Keys("*").Single());
        Assert.Equal(PinStep.Submit(PhoneCall.Pin("987654321")), Keys("987654321").Last());
    }

    [Fact]
    public void Two_stars_ask_for_the_prompt_again_slowly() => Assert.Equal([PinStep.Cleared, PinStep.RepeatSlowly], Keys("**"));

    [Fact]
    public void A_digit_between_two_stars_makes_them_two_single_stars() =>
        Assert.Equal([PinStep.Cleared, PinStep.Collecting, PinStep.Cleared], Keys("*7*"));

    [Theory]
    [InlineData("1#", IvrLanguage.French)]
    [InlineData("2#", IvrLanguage.English)]
    public void One_or_two_with_a_hash_chooses_the_language(string keys, IvrLanguage language)
    {
        Assert.Equal(PinStep.Choose(language), Keys(keys).Last());
        Assert.Equal(0, _entry.Count);
    }

    [Theory]
    [InlineData("3#")]
    [InlineData("12#")]
    [InlineData("12345678#")]
    public void A_hash_after_too_few_digits_says_too_short(string keys) => Assert.Equal(PinStep.TooShort, Keys(keys).Last());

    [Theory]
    [InlineData('#')]
    [InlineData('A')]
    [InlineData('é')]
    public void A_key_without_meaning_is_told_as_unknown(char key) => Assert.Equal(PinStep.UnknownKey, _entry.OnKey(key, T0));

    [Fact]
    public void The_first_key_is_awaited_for_12_s_after_the_prompt()
    {
        _entry.PromptEnded(T0 + Seconds(7));
        Assert.Equal(T0 + Seconds(19), _entry.Deadline);
        Assert.Equal(PinStep.Collecting, _entry.OnTime(T0 + Seconds(18.9)));
        Assert.Equal(PinStep.Remind, _entry.OnTime(T0 + Seconds(19)));
    }

    [Fact]
    public void The_next_key_is_awaited_for_6_s()
    {
        _entry.OnKey('4', T0 + Seconds(9));
        Assert.Equal(PinStep.Collecting, _entry.OnTime(T0 + Seconds(14.9)));
        Assert.Equal(PinStep.Remind, _entry.OnTime(T0 + Seconds(15)));
        Assert.Equal(1, _entry.Count);
    }

    [Fact]
    public void While_the_answer_to_a_star_is_spoken_no_time_runs_but_that_of_the_try()
    {
        _entry.OnKey('4', T0);
        _entry.OnKey('*', T0 + Seconds(1));
        Assert.Equal(T0 + Seconds(60), _entry.Deadline);
        _entry.PromptEnded(T0 + Seconds(5));
        Assert.Equal(T0 + Seconds(17), _entry.Deadline);
    }

    [Fact]
    public void After_one_reminder_the_try_is_over()
    {
        _entry.PromptEnded(T0);
        Assert.Equal(PinStep.Remind, _entry.OnTime(_entry.Deadline));
        _entry.PromptEnded(T0 + Seconds(20));
        Assert.Equal(PinStep.TimedOut, _entry.OnTime(T0 + Seconds(32)));
    }

    [Fact]
    public void A_try_ends_after_60_s_however_often_keys_come()
    {
        TimeSpan now = T0;
        PinStep step = PinStep.Collecting;
        while (step.Kind != PinStepKind.TimedOut)
        {
            now += Seconds(5);
            step = now >= _entry.Deadline ? _entry.OnTime(now) : _entry.OnKey('*', now);
        }

        Assert.Equal(T0 + Seconds(60), now);
    }

    [Fact]
    public void Times_can_be_extended_for_callers_who_need_longer()
    {
        PinEntry entry = new(new IvrOptions { FirstKeyTimeout = Seconds(30) });
        entry.Begin(T0);
        entry.PromptEnded(T0);
        Assert.Equal(T0 + Seconds(30), entry.Deadline);
    }

    private static TimeSpan Seconds(double value) => TimeSpan.FromSeconds(value);

    private List<PinStep> Keys(string keys) => [.. keys.Select(key => _entry.OnKey(key, T0))];
}
