using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Tests.Dialogues;

// "Not yet open": profile section 5.1, last row.
[Trait("Req", "IVR")]
public sealed class WaitingTests
{
    [Fact]
    public void The_caller_hears_the_title_why_how_long_and_how_to_leave()
    {
        PhoneCall call = new PhoneCall().Start().Keys("123456789").Accept().Give(new DialogueInput.MustWait(WaitReason.NotStarted));
        Assert.Equal([PromptId.JoiningTitle, PromptId.WaitForModerator, PromptId.WaitLimit, PromptId.HelpLeave], call.Said);
        Assert.Equal(30, call.LastSentences[2].Number);
    }

    [Fact]
    public void Music_follows_the_words_and_loops() =>
        Assert.Equal([PromptId.WaitingMusic], PhoneCall.InWaiting().Last.OfType<DialogueAction.Play>().Where(play => play.IsLooped)
            .SelectMany(play => play.Utterance.Sentences).Select(sentence => sentence.Prompt));

    [Fact]
    public void Every_30_s_of_music_a_reminder_is_spoken()
    {
        PhoneCall call = PhoneCall.InWaiting().Wait(29.9);
        Assert.Equal([PromptId.WaitingMusic], call.LastSaid);
        Assert.Equal([PromptId.StillWaiting], call.Wait(0.1).LastSaid);
        Assert.Equal([PromptId.WaitingMusic], call.Heard().LastSaid);
        Assert.Equal([PromptId.StillWaiting], call.Wait(30).LastSaid);
    }

    [Fact]
    public void The_end_of_the_wait_is_announced_and_comes_with_a_goodbye()
    {
        PhoneCall call = PhoneCall.InWaiting();
        call.WaitAndHear(28 * 60);
        Assert.Contains(call.All.OfType<DialogueAction.Play>(), play => play.Utterance.Sentences is [{ Prompt: PromptId.WaitEndsSoon, Number: 2 }]);
        call.WaitAndHear(121);
        Assert.Equal([PromptId.WaitedTooLong, PromptId.Goodbye], call.LastSaid);
        Assert.Equal(DialogueEnd.WaitedTooLong, call.End);
        Assert.Contains(new DialogueAction.LeaveMeeting(DialogueEnd.WaitedTooLong), call.All);
    }

    [Fact]
    public void Admission_ends_the_wait_and_says_so()
    {
        PhoneCall call = PhoneCall.InWaiting().Admit(2, MicrophoneState.ClosedBySelf);
        Assert.Equal([PromptId.MeetingBegins, PromptId.ManyOthers, PromptId.EntryMicrophoneClosed], call.Said);
        Assert.True(call.Dialogue.IsInMeeting);
    }

    [Theory]
    [InlineData(AdmissionRefusal.RoomLocked, PromptId.RoomIsLocked, DialogueEnd.RoomLocked)]
    [InlineData(AdmissionRefusal.RemovedBefore, PromptId.Removed, DialogueEnd.Removed)]
    [InlineData(AdmissionRefusal.RoomFull, PromptId.RoomIsFull, DialogueEnd.RoomFull)]
    public void A_refusal_is_spoken_and_ends_the_call(AdmissionRefusal reason, PromptId prompt, DialogueEnd end)
    {
        PhoneCall call = PhoneCall.InWaiting().Give(new DialogueInput.AdmissionRefused(reason));
        Assert.Equal([prompt, PromptId.Goodbye], call.Said);
        Assert.Equal(end, call.Heard().End);
    }

    [Fact]
    public void Star_8_leaves_the_line_at_once_and_says_goodbye()
    {
        PhoneCall call = PhoneCall.InWaiting().Keys("*8");
        Assert.Equal(new DialogueAction.LeaveMeeting(DialogueEnd.CallerLeft), call.Last[0]);
        Assert.Equal([PromptId.Goodbye], call.Said);
        Assert.Equal(DialogueEnd.CallerLeft, call.Heard().End);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("5")]
    [InlineData("*6")]
    [InlineData("*2")]
    public void A_key_without_meaning_gives_a_tone_then_music_again(string keys)
    {
        PhoneCall call = PhoneCall.InWaiting().Wait(5).Keys(keys);
        Assert.Equal([PromptId.ErrorTone], call.Said);
        Assert.Equal([PromptId.WaitingMusic], call.Heard().Said);
        Assert.DoesNotContain(call.All, action => action is DialogueAction.SetMicrophone or DialogueAction.MuteAll);
    }

    [Fact]
    public void A_caller_who_waits_for_a_seat_hears_that_the_meeting_is_full()
    {
        PhoneCall call = new PhoneCall().Start().Keys("123456789").Accept().Give(new DialogueInput.MustWait(WaitReason.Full));
        Assert.Contains(PromptId.WaitForSeat, call.Said);
        Assert.Equal([PromptId.StillFull], call.Heard().Wait(30).LastSaid);
    }

    [Fact]
    public void A_new_reason_to_wait_is_told_and_the_same_again_is_not()
    {
        PhoneCall call = PhoneCall.InWaiting().Give(new DialogueInput.MustWait(WaitReason.Full));
        Assert.Equal([PromptId.WaitForSeat], call.Said);
        Assert.Empty(call.Give(new DialogueInput.MustWait(WaitReason.Full)).Said);
    }

    [Fact]
    public void A_wait_that_the_meeting_ends_is_told()
    {
        PhoneCall call = PhoneCall.InWaiting().Give(new DialogueInput.WaitOver());
        Assert.Equal([PromptId.WaitedTooLong, PromptId.Goodbye], call.Said);
        Assert.Equal(DialogueEnd.WaitedTooLong, call.Heard().End);
    }

    [Fact]
    public void A_star_alone_gives_help_after_3_s() =>
        Assert.Equal(
            [PromptId.StillWaiting, PromptId.HelpVolume, PromptId.HelpLeave, PromptId.HelpRepeat],
            PhoneCall.InWaiting().Wait(4).Keys("*").Wait(3).LastSaid);

    [Fact]
    public void The_volume_can_be_turned_while_waiting() =>
        Assert.Contains(new DialogueAction.SetListenGain(4), PhoneCall.InWaiting().Wait(4).Keys("*7").Last);

    [Fact]
    public void A_room_that_is_never_heard_of_after_the_PIN_ends_with_an_excuse()
    {
        PhoneCall call = new PhoneCall().Start().Keys("123456789").Accept().Wait(5);
        Assert.Equal([PromptId.ServiceUnavailable, PromptId.Goodbye], call.LastSaid);
        Assert.Equal(DialogueEnd.ServiceUnavailable, call.Heard().End);
    }

    [Fact]
    public void A_room_may_set_its_own_longest_wait_and_its_own_reminder()
    {
        RoomBrief room = PhoneCall.Room with { WaitLimit = TimeSpan.FromHours(2), WaitReminder = TimeSpan.FromMinutes(1) };
        PhoneCall call = new PhoneCall().Start().Keys("123456789").Accept(room).Give(new DialogueInput.MustWait(WaitReason.NotStarted));
        Assert.Contains(call.LastSentences, sentence => sentence is { Prompt: PromptId.WaitLimit, Number: 120 });
        Assert.Equal([PromptId.WaitingMusic], call.Heard().Wait(59.9).LastSaid);
        Assert.Equal([PromptId.StillWaiting], call.Wait(0.1).LastSaid);
        call.WaitAndHear(118 * 60);
        Assert.Null(call.End);
        call.WaitAndHear(180);
        Assert.Equal(DialogueEnd.WaitedTooLong, call.End);
    }
}
