using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Tests.Dialogues;

// From the greeting to the right PIN: profile section 5.1.
[Trait("Req", "IVR")]
public sealed class EntryTests
{
    [Fact]
    public void The_greeting_asks_for_the_PIN_and_offers_the_other_language_in_that_language()
    {
        PhoneCall call = new PhoneCall().Start();
        Assert.Equal([PromptId.Welcome, PromptId.EnterPin, PromptId.EnterPinKeys, PromptId.ChooseThisLanguage], call.Said);
        Assert.Equal(IvrLanguage.English, call.LastSentences[3].Voice);
    }

    [Fact]
    public void A_number_with_a_greeting_of_its_own_says_that_in_place_of_the_welcome()
    {
        PhoneCall call = new PhoneCall(new IvrOptions { Greeting = "Académie de Lyon" }).Start();
        Assert.Equal([PromptId.OwnWelcome, PromptId.EnterPin, PromptId.EnterPinKeys, PromptId.ChooseThisLanguage], call.Said);
        Assert.Equal("Académie de Lyon", call.LastSentences[0].Text);
    }

    [Fact]
    public void The_dialled_number_chooses_the_language() =>
        Assert.Equal(
            IvrLanguage.English,
            new PhoneCall(language: IvrLanguage.English).Start().Last.OfType<DialogueAction.Play>().Single().Utterance.Language);

    [Fact]
    public void A_key_chooses_the_language_and_the_question_comes_again_in_it()
    {
        PhoneCall call = new PhoneCall().Start().Keys("2#");
        Assert.Contains(new DialogueAction.ChooseLanguage(IvrLanguage.English), call.Last);
        Assert.Equal(IvrLanguage.English, call.Last.OfType<DialogueAction.Play>().Single().Utterance.Language);
        Assert.Equal([PromptId.EnterPin, PromptId.EnterPinKeys], call.Said);
    }

    [Fact]
    public void Any_key_stops_the_prompt() => Assert.IsType<DialogueAction.StopPlayback>(new PhoneCall().Start().Keys("4").Last.Single());

    [Fact]
    public void Keys_sent_before_media_is_ready_count_and_there_is_no_greeting()
    {
        PhoneCall call = new PhoneCall().Keys("1234").Start();
        Assert.Empty(call.All);
        call.Keys("56789");
        Assert.Equal(PhoneCall.Pin("123456789"), call.All.OfType<DialogueAction.SubmitPin>().Single().Pin);
    }

    [Fact]
    public void A_whole_PIN_dialled_ahead_with_its_hash_is_looked_up_at_once()
    {
        PhoneCall call = new PhoneCall().Keys("123456789#").Start();
        Assert.Equal(new DialogueAction.SubmitPin(1, PhoneCall.Pin("123456789")), call.Last.Single());
    }

    [Fact]
    public void Type_ahead_that_leaves_no_digit_gets_the_greeting()
    {
        PhoneCall call = new PhoneCall().Keys("#").Start();
        Assert.Equal(PromptId.Welcome, call.LastSaid[0]);
    }

    [Fact]
    public void A_known_PIN_is_looked_up_without_a_question()
    {
        PhoneCall call = new PhoneCall(pin: PhoneCall.Pin("987654321")).Start();
        Assert.Equal(new DialogueAction.SubmitPin(1, PhoneCall.Pin("987654321")), call.Last.Single());
    }

    [Fact]
    public void A_known_PIN_that_is_wrong_leads_to_the_question()
    {
        PhoneCall call = new PhoneCall(pin: PhoneCall.Pin("987654321")).Start().Wrong();
        Assert.Contains(PromptId.EnterPin, call.Said);
        Assert.Equal(2, call.Keys("123456789").Attempt);
    }

    [Fact]
    public void A_hash_within_3_s_of_a_complete_PIN_is_swallowed_even_in_the_meeting()
    {
        PhoneCall call = new PhoneCall().Start().Keys("123456789").Accept().Admit();
        Assert.Empty(call.Keys("#").Last);
        Assert.NotEmpty(call.Keys("#").Last);                   // only one of them belonged to the PIN
    }

    [Fact]
    public void A_hash_later_than_3_s_is_a_key_of_the_meeting()
    {
        PhoneCall call = new PhoneCall().Start().Keys("123456789").Accept().Admit().Wait(3);
        Assert.Equal([PromptId.ErrorTone], call.Keys("#").Said);
    }

    [Fact]
    public void A_hash_after_a_refused_PIN_does_not_cut_the_reason_off() =>
        Assert.Empty(new PhoneCall().Start().Keys("123456789").Wrong().Keys("#").Last);

    [Fact]
    public void A_wrong_PIN_is_read_back_and_asked_for_again()
    {
        PhoneCall call = new PhoneCall().Start().Keys("123456789").Wrong();
        Assert.Equal([PromptId.PinWrong, PromptId.YouKeyed, PromptId.KeyedDigits, PromptId.TryAgain, PromptId.EnterPin], call.Said);
        Assert.Equal(PhoneCall.Pin("123456789"), call.LastSentences[2].Digits);
    }

    [Fact]
    public void The_third_wrong_PIN_ends_with_a_reason_a_goodbye_and_then_the_end()
    {
        PhoneCall call = new PhoneCall().Start();
        call.Keys("111111111").Wrong().Keys("222222222").Wrong().Keys("333333333").Wrong();
        Assert.Equal([PromptId.PinWrong, PromptId.TooManyTries, PromptId.Goodbye], call.Said);
        Assert.Null(call.End);
        Assert.Equal(DialogueEnd.TooManyTries, call.Heard().End);
    }

    [Fact]
    public void A_right_PIN_at_the_third_try_enters()
    {
        PhoneCall call = new PhoneCall().Start();
        call.Keys("111111111").Wrong().Keys("222222222").Wrong().Keys("333333333").Accept().Admit();
        Assert.True(call.Dialogue.IsInMeeting);
    }

    [Fact]
    public void The_brake_holds_the_answer_back_and_keys_meanwhile_count()
    {
        PhoneCall call = new PhoneCall().Start().Keys("111111111").Wrong(delaySeconds: 1.5);
        Assert.Empty(call.Last);
        call.Keys("12").Wait(1.0);
        call.Wait(1.0).Keys("3456789");
        Assert.Equal(PhoneCall.Pin("123456789"), call.All.OfType<DialogueAction.SubmitPin>().Last().Pin);
    }

    [Fact]
    public void A_long_brake_is_filled_with_words() =>
        Assert.Equal([PromptId.OneMoment], new PhoneCall().Start().Keys("111111111").Wrong(delaySeconds: 8).Said);

    [Fact]
    public void A_PIN_that_the_brake_kept_from_look_up_is_looked_up_after_the_delay()
    {
        PhoneCall call = new PhoneCall().Start().Keys("111111111")
            .Give(new DialogueInput.PinRefused(1, PinRefusal.Throttled, TimeSpan.FromSeconds(10)));
        Assert.Equal([PromptId.OneMoment], call.Said);
        call.Wait(9.9);
        Assert.Single(call.All.OfType<DialogueAction.SubmitPin>());
        call.Wait(0.1);
        Assert.Equal(new DialogueAction.SubmitPin(2, PhoneCall.Pin("111111111")), call.Last.Single());
    }

    [Fact]
    public void A_brake_longer_than_a_caller_can_be_kept_ends_the_call_with_the_reason()
    {
        PhoneCall call = new PhoneCall().Start().Keys("111111111")
            .Give(new DialogueInput.PinRefused(1, PinRefusal.Throttled, TimeSpan.FromMinutes(5)));
        Assert.Equal([PromptId.Throttled, PromptId.Goodbye], call.Said);
        Assert.Equal(DialogueEnd.Throttled, call.Heard().End);
    }

    [Fact]
    public void An_outage_is_excused_tried_once_more_and_then_ends_politely()
    {
        PhoneCall call = new PhoneCall().Start().Keys("111111111").Wait(2);
        Assert.Equal([PromptId.OneMoment], call.Said);
        Assert.Equal(2, call.Attempt);
        call.Give(new DialogueInput.PinRefused(2, PinRefusal.Unavailable, TimeSpan.Zero));
        Assert.Equal([PromptId.ServiceUnavailable, PromptId.Goodbye], call.Said);
        Assert.Equal(DialogueEnd.ServiceUnavailable, call.Heard().End);
    }

    [Fact]
    public void A_late_answer_to_the_first_look_up_of_the_same_PIN_still_counts() =>
        Assert.True(new PhoneCall().Start().Keys("111111111").Wait(2)
            .Give(new DialogueInput.PinAccepted(1, PhoneCall.Room)).Admit().Dialogue.IsInMeeting);

    [Fact]
    public void A_late_answer_about_an_older_PIN_changes_nothing()
    {
        PhoneCall call = new PhoneCall().Start().Keys("111111111").Wrong().Keys("222222222");
        Assert.Empty(call.Give(new DialogueInput.PinAccepted(1, PhoneCall.Room)).Last);
        Assert.Equal([PromptId.OneMoment], call.Wait(2).Said);          // the second PIN's look-up goes on
    }

    [Fact]
    public void Silence_is_reminded_once_then_the_next_try_begins()
    {
        PhoneCall call = new PhoneCall().Start().Heard().Wait(12);
        Assert.Equal([PromptId.NothingKeyed, PromptId.EnterPin, PromptId.EnterPinKeys], call.LastSaid);
        call.Heard().Wait(12);
        Assert.Equal([PromptId.PinMissing, PromptId.TryAgain, PromptId.EnterPin], call.LastSaid);
    }

    [Fact]
    public void Unfinished_digits_are_kept_through_the_reminder()
    {
        PhoneCall call = new PhoneCall().Start().Keys("12345").Wait(6);
        Assert.Equal([PromptId.PinUnfinished], call.LastSaid);
        call.Heard().Keys("6789");
        Assert.Equal(PhoneCall.Pin("123456789"), call.All.OfType<DialogueAction.SubmitPin>().Single().Pin);
    }

    [Fact]
    public void Silence_for_ever_ends_with_a_goodbye_within_3_minutes_and_the_last_words()
    {
        PhoneCall call = new PhoneCall().Start();
        call.WaitAndHear(180 + 45);
        Assert.True(call.End is DialogueEnd.TooManyTries or DialogueEnd.EntryTimeOver);
        Assert.Equal(PromptId.Goodbye, call.LastSaid[^1]);
    }

    [Fact]
    public void The_whole_entry_ends_after_3_minutes_however_busy_the_keys_are()
    {
        PhoneCall call = new PhoneCall(new IvrOptions { Tries = 99 }).Start();
        while (!call.All.OfType<DialogueAction.Play>().Any(play => play.Utterance.Sentences[0].Prompt == PromptId.EntryTimeOver))
        {
            call.Wait(2).Keys("*");
        }

        Assert.InRange(call.Now - PhoneCall.T0, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3.1));
        Assert.Equal(DialogueEnd.EntryTimeOver, call.Heard().End);
    }

    [Fact]
    public void Two_stars_repeat_the_question_slowly()
    {
        PhoneCall call = new PhoneCall().Start().Keys("**");
        Assert.True(call.Last.OfType<DialogueAction.Play>().Single().Utterance.IsSlow);
        Assert.Equal([PromptId.EnterPin], call.Said);
    }

    [Fact]
    public void Media_that_never_comes_ends_the_call() => Assert.Equal(DialogueEnd.NoMedia, new PhoneCall().Wait(30).End);

    [Fact]
    public void An_end_of_playback_that_is_never_reported_does_not_hold_the_call_up()
    {
        PhoneCall call = new PhoneCall().Start().Wait(45 + 12);
        Assert.Equal([PromptId.NothingKeyed, PromptId.EnterPin, PromptId.EnterPinKeys], call.LastSaid);
    }

    [Fact]
    public void The_end_of_an_older_playback_changes_nothing()
    {
        PhoneCall call = new PhoneCall().Start().Keys("*");
        TimeSpan deadline = call.Dialogue.Deadline;
        call.Give(new DialogueInput.PlaybackEnded(1));
        Assert.Equal(deadline, call.Dialogue.Deadline);
    }
}
