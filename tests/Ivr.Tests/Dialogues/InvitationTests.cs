using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Tests.Dialogues;

// Somebody whom the bridge has rung: reliability C10.
[Trait("Req", "IVR")]
public sealed class InvitationTests
{
    private static PhoneCall Ring(RoomBrief? room = null) => new PhoneCall(invitation: room ?? PhoneCall.Room).Start();

    [Fact]
    public void Who_answers_hears_which_meeting_it_is_and_how_to_join_and_is_asked_for_no_PIN()
    {
        PhoneCall call = Ring();
        Assert.Equal([PromptId.InvitedToTitle, PromptId.PressOneToJoin], call.Said);
        Assert.Equal(PhoneCall.Room.Title, call.LastSentences[0].Text);
        Assert.DoesNotContain(call.All, action => action is DialogueAction.SubmitPin);
    }

    [Fact]
    public void A_meeting_without_a_title_is_called_a_meeting() =>
        Assert.Equal([PromptId.InvitedToMeeting, PromptId.PressOneToJoin], Ring(PhoneCall.Room with { Title = " " }).Said);

    [Fact]
    public void Key_1_takes_the_invitation_at_once_and_cuts_the_words_off()
    {
        PhoneCall call = Ring().Key('1');
        Assert.Equal([new DialogueAction.StopPlayback(), new DialogueAction.AcceptInvitation()], call.Last);
        Assert.True(call.Admit().Dialogue.IsInMeeting);
        Assert.Equal([PromptId.JoiningTitle, PromptId.ManyOthers, PromptId.EntryMicrophoneOpen], call.Said);
    }

    [Fact]
    public void Pressed_twice_it_is_taken_once() =>
        Assert.Single(Ring().Keys("11").All.OfType<DialogueAction.AcceptInvitation>());

    [Fact]
    public void Without_a_key_it_is_repeated_twice_then_the_call_ends()
    {
        PhoneCall call = Ring().Heard().Wait(3.9);
        Assert.Single(call.All.OfType<DialogueAction.Play>());
        call.Wait(0.1).Heard().Wait(4);
        Assert.Equal(3, call.All.OfType<DialogueAction.Play>().Count());
        call.Heard().Wait(4);
        Assert.Equal([PromptId.Goodbye], call.LastSaid);
        Assert.Equal(DialogueEnd.InvitationNotTaken, call.Heard().End);
    }

    [Fact]
    public void No_other_key_and_no_key_before_the_question_takes_it()
    {
        PhoneCall call = new PhoneCall(invitation: PhoneCall.Room).Key('1').Start().Keys("023456789*#A");
        Assert.DoesNotContain(call.All, action => action is DialogueAction.AcceptInvitation or DialogueAction.SubmitPin);
        Assert.Equal(DialogueEnd.InvitationNotTaken, call.WaitAndHear(200).End);
    }

    [Fact]
    public void A_meeting_that_has_filled_up_meanwhile_says_so()
    {
        PhoneCall call = Ring().Key('1').Give(new DialogueInput.AdmissionRefused(AdmissionRefusal.RoomFull)).Heard();
        Assert.Equal([PromptId.RoomIsFull, PromptId.Goodbye], call.LastSaid);
        Assert.Equal(DialogueEnd.RoomFull, call.End);
    }

    [Fact]
    public void However_long_it_rings_the_time_for_media_begins_with_the_answer()
    {
        PhoneCall call = new PhoneCall(invitation: PhoneCall.Room).Wait(100);
        call.Dialogue.OnAnswered(call.Now);
        Assert.Equal([PromptId.InvitedToTitle, PromptId.PressOneToJoin], call.Wait(29).Start().Said);

        PhoneCall silent = new PhoneCall(invitation: PhoneCall.Room).Wait(100);
        silent.Dialogue.OnAnswered(silent.Now);
        Assert.Equal(DialogueEnd.NoMedia, silent.Wait(30).End);
    }

    [Fact]
    public void The_bridge_that_stops_says_so() =>
        Assert.Equal(DialogueEnd.ServiceStopping, Ring().Give(new DialogueInput.ServiceStopping()).Heard().End);
}
