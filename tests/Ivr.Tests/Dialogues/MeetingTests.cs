using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Tests.Dialogues;

// Keys in the meeting and what the moderator's acts sound like: profile sections 5.2 and 6.
[Trait("Req", "IVR")]
public sealed class MeetingTests
{
    [Theory]
    [InlineData(0, MicrophoneState.Open, PromptId.NobodyElse, PromptId.EntryMicrophoneOpen)]
    [InlineData(1, MicrophoneState.ClosedBySelf, PromptId.OneOther, PromptId.EntryMicrophoneClosed)]
    [InlineData(7, MicrophoneState.ClosedByLock | MicrophoneState.ClosedBySelf, PromptId.ManyOthers, PromptId.EntryMicrophoneLocked)]
    public void On_entry_the_caller_hears_title_count_and_microphone(int others, MicrophoneState microphone, PromptId count, PromptId state) =>
        Assert.Equal([PromptId.JoiningTitle, count, state], new PhoneCall().Start().Keys("123456789").Accept().Admit(others, microphone).Said);

    [Fact]
    public void A_title_in_another_language_is_a_sentence_of_its_own_in_that_voice()
    {
        PhoneCall call = new PhoneCall(language: IvrLanguage.English).Start().Keys("123456789").Accept().Admit();
        Assert.Equal(PromptId.JoiningRoom, call.Said[0]);
        Assert.Equal((PromptId.TitleAlone, IvrLanguage.French), (call.LastSentences[1].Prompt, call.LastSentences[1].Voice));
    }

    [Fact]
    public void A_room_without_title_is_entered_without_one() =>
        Assert.Equal(
            [PromptId.ManyOthers, PromptId.EntryMicrophoneOpen],
            new PhoneCall().Start().Keys("123456789").Accept(PhoneCall.Room with { Title = " " }).Admit().Said);

    [Theory]
    [InlineData("0")]
    [InlineData("*6")]
    public void Zero_and_star_6_close_the_microphone_and_say_so_once_it_is_closed(string keys)
    {
        PhoneCall call = PhoneCall.InMeeting().Keys(keys);
        Assert.Equal([new DialogueAction.SetMicrophone(false)], call.Last);
        call.Give(new DialogueInput.MicrophoneChanged(MicrophoneState.ClosedBySelf, MicrophoneChange.Self));
        Assert.Equal([PromptId.MicrophoneClosed], call.Said);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("*6")]
    public void Zero_and_star_6_open_a_closed_microphone(string keys)
    {
        PhoneCall call = PhoneCall.InMeeting(MicrophoneState.ClosedBySelf).Keys(keys);
        Assert.Equal([new DialogueAction.SetMicrophone(true)], call.Last);
        Assert.Equal([PromptId.MicrophoneOpen], call.Give(new DialogueInput.MicrophoneChanged(MicrophoneState.Open, MicrophoneChange.Self)).Said);
    }

    [Fact]
    public void A_change_that_the_meeting_does_not_confirm_is_never_said_to_have_happened() =>
        Assert.Equal([PromptId.RequestFailed], PhoneCall.InMeeting().Keys("0").Wait(2).Said);

    [Fact]
    public void With_locked_microphones_the_key_is_refused_with_the_reason()
    {
        PhoneCall call = PhoneCall.InMeeting(MicrophoneState.ClosedByLock).Keys("0");
        Assert.Equal([PromptId.RefusedMicrophonesLocked], call.Said);
        Assert.DoesNotContain(call.All, action => action is DialogueAction.SetMicrophone);
    }

    [Fact]
    public void A_refusal_of_the_meeting_is_spoken_with_its_reason() => Assert.Equal(
        [PromptId.RefusedMicrophonesLocked],
        PhoneCall.InMeeting(MicrophoneState.ClosedBySelf).Keys("0").Give(new DialogueInput.MicrophoneRefused(MicrophoneState.ClosedByLock)).Said);

    [Theory]
    [InlineData(MicrophoneState.ClosedByModerator, MicrophoneChange.Moderator, PromptId.MutedByModerator)]
    [InlineData(MicrophoneState.ClosedByModerator, MicrophoneChange.MuteAll, PromptId.AllMutedByModerator)]
    [InlineData(MicrophoneState.ClosedByLock, MicrophoneChange.Lock, PromptId.MicrophonesLocked)]
    [InlineData(MicrophoneState.ClosedBySelf, MicrophoneChange.Unlock, PromptId.MicrophonesUnlocked)]
    [InlineData(MicrophoneState.Open, MicrophoneChange.Unlock, PromptId.MicrophoneOpen)]
    public void Each_act_of_the_moderator_is_told_in_its_own_words(MicrophoneState state, MicrophoneChange cause, PromptId prompt) =>
        Assert.Equal([prompt], PhoneCall.InMeeting().Give(new DialogueInput.MicrophoneChanged(state, cause)).Said);

    [Theory]
    [InlineData("0")]
    [InlineData("*6")]
    public void An_offered_floor_is_taken_by_key_even_with_locked_microphones(string keys)
    {
        PhoneCall call = PhoneCall.InMeeting(MicrophoneState.ClosedByLock | MicrophoneState.ClosedByModerator).Give(new DialogueInput.AskedToUnmute(true));
        Assert.Equal([PromptId.AskedToUnmute], call.Said);
        Assert.Contains(new DialogueAction.SetMicrophone(true), call.Keys(keys).Last);
    }

    [Fact]
    public void An_offer_to_speak_that_was_withdrawn_opens_nothing()
    {
        PhoneCall call = PhoneCall.InMeeting(MicrophoneState.ClosedByLock).Give(new DialogueInput.AskedToUnmute(true)).Heard();
        Assert.Empty(call.Give(new DialogueInput.AskedToUnmute(false)).Said);
        Assert.Equal([PromptId.RefusedMicrophonesLocked], call.Keys("0").Said);
    }

    [Fact]
    public void The_coming_end_of_the_meeting_is_told_in_minutes()
    {
        PhoneCall call = PhoneCall.InMeeting().Give(new DialogueInput.MeetingEndsSoon(TimeSpan.FromMinutes(10)));
        Assert.Equal((PromptId.MeetingEndsSoon, 10), (call.LastSentences[0].Prompt, call.LastSentences[0].Number));
    }

    [Fact]
    public void Nothing_opens_a_microphone_without_the_callers_key() =>
        Assert.DoesNotContain(
            PhoneCall.InMeeting(MicrophoneState.ClosedByModerator).Give(new DialogueInput.AskedToUnmute(true)).Heard().Wait(300).All,
            action => action is DialogueAction.SetMicrophone);

    [Fact]
    public void Star_3_tells_how_many_there_are()
    {
        PhoneCall call = PhoneCall.InMeeting().Keys("*3");
        Assert.Equal([new DialogueAction.AskCount()], call.Last);
        call.Give(new DialogueInput.Counted(21));
        Assert.Equal((PromptId.ManyOthers, 21), (call.LastSentences[0].Prompt, call.LastSentences[0].Number));
    }

    [Fact]
    public void Star_7_and_star_4_turn_the_volume_and_say_when_it_goes_no_further()
    {
        PhoneCall call = PhoneCall.InMeeting().Keys("*7*7*7");
        Assert.Equal([4d, 8d, 12d], call.All.OfType<DialogueAction.SetListenGain>().Select(set => set.GainDb));
        Assert.Equal([PromptId.LoudestReached], call.Keys("*7").Said);
        Assert.Equal([PromptId.Quieter], call.Keys("*4").Said);
        Assert.Equal(8d, call.All.OfType<DialogueAction.SetListenGain>().Last().GainDb);
    }

    [Fact]
    public void Star_8_leaves_the_audio_at_once_then_says_goodbye_then_hangs_up()
    {
        PhoneCall call = PhoneCall.InMeeting().Keys("*8");
        Assert.Equal(new DialogueAction.LeaveMeeting(DialogueEnd.CallerLeft), call.Last[0]);
        Assert.Equal([PromptId.YouLeave, PromptId.Goodbye], call.Said);
        Assert.Equal(DialogueEnd.CallerLeft, call.Heard().End);
    }

    [Fact]
    public void Star_1_and_a_star_left_alone_for_3_s_give_the_menu()
    {
        PromptId[] menu = [PromptId.HelpMicrophone, PromptId.HelpCount, PromptId.HelpVolume, PromptId.HelpLeave, PromptId.HelpRepeat];
        Assert.Equal(menu, PhoneCall.InMeeting().Keys("*1").Said);
        PhoneCall call = PhoneCall.InMeeting().Keys("*").Wait(2.9);
        Assert.Empty(call.Said);
        Assert.Equal(menu, call.Wait(0.1).Said);
    }

    [Fact]
    public void Two_stars_repeat_the_last_words_slowly()
    {
        PhoneCall call = PhoneCall.InMeeting().Give(new DialogueInput.AskedToUnmute(true)).Keys("**");
        Assert.Equal([PromptId.AskedToUnmute], call.Said);
        Assert.True(call.Last.OfType<DialogueAction.Play>().Single().Utterance.IsSlow);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("9")]
    [InlineData("#")]
    [InlineData("A")]
    [InlineData("*#")]
    [InlineData("*0")]
    [InlineData("*2")]
    [InlineData("*5")]
    public void An_unknown_key_or_one_of_the_moderators_gives_a_short_tone_and_no_words(string keys)
    {
        PhoneCall call = PhoneCall.InMeeting();
        int before = call.All.Count;
        call.Keys(keys);
        Assert.Equal([PromptId.ErrorTone], call.Said);
        Assert.DoesNotContain(call.All.Skip(before), action => action is not (DialogueAction.Play or DialogueAction.StopPlayback));
    }

    [Fact]
    public void A_moderator_mutes_all_and_hears_it_done()
    {
        PhoneCall call = PhoneCall.InMeeting(room: PhoneCall.ModeratedRoom).Keys("*2");
        Assert.Equal([new DialogueAction.MuteAll()], call.Last);
        Assert.Equal([PromptId.YouMutedAll], call.Give(new DialogueInput.AllMuted()).Said);
    }

    [Fact]
    public void A_moderator_locks_and_unlocks_the_room_with_the_same_key()
    {
        PhoneCall call = PhoneCall.InMeeting(room: PhoneCall.ModeratedRoom).Keys("*5");
        Assert.Equal([new DialogueAction.SetRoomLock(true)], call.Last);
        Assert.Equal([PromptId.RoomLockedNow], call.Give(new DialogueInput.RoomLockChanged(true)).Said);
        Assert.Contains(new DialogueAction.SetRoomLock(false), call.Keys("*5").Last);
        Assert.Equal([PromptId.RoomUnlockedNow], call.Give(new DialogueInput.RoomLockChanged(false)).Said);
    }

    [Fact]
    public void A_moderators_menu_has_the_moderators_keys() =>
        Assert.Superset(
            new HashSet<PromptId> { PromptId.HelpMuteAll, PromptId.HelpLockRoom },
            PhoneCall.InMeeting(room: PhoneCall.ModeratedRoom).Keys("*1").Said.ToHashSet());

    [Fact]
    public void A_removed_caller_is_told_and_hung_up()
    {
        PhoneCall call = PhoneCall.InMeeting().Give(new DialogueInput.Removed());
        Assert.Equal([PromptId.Removed], call.Said);
        Assert.Equal(DialogueEnd.Removed, call.Heard().End);
    }

    [Fact]
    public void The_end_of_the_meeting_is_told_and_ends_the_call() =>
        Assert.Equal(DialogueEnd.MeetingEnded, PhoneCall.InMeeting().Give(new DialogueInput.MeetingEnded()).Heard().End);

    [Fact]
    public void A_stop_of_the_service_says_goodbye_everywhere()
    {
        PhoneCall[] calls = [new PhoneCall().Start(), new PhoneCall().Start().Keys("123456789"), PhoneCall.InWaiting(), PhoneCall.InMeeting()];
        Assert.All(calls, call =>
        {
            Assert.Equal([PromptId.ServiceStopping, PromptId.Goodbye], call.Give(new DialogueInput.ServiceStopping()).Said);
            Assert.Equal(DialogueEnd.ServiceStopping, call.Heard().End);
        });
        Assert.Equal(DialogueEnd.ServiceStopping, new PhoneCall().Give(new DialogueInput.ServiceStopping()).End);
    }

    [Fact]
    [Trait("Req", "DLG14")]
    public void A_call_that_lasts_too_long_is_told_goodbye_out_of_the_meeting()
    {
        PhoneCall call = PhoneCall.InMeeting().Give(new DialogueInput.CallTooLong());
        Assert.Equal([PromptId.YouLeave, PromptId.Goodbye], call.Said);
        Assert.Contains(call.Last, action => action is DialogueAction.LeaveMeeting { Why: DialogueEnd.CallTooLong });
        Assert.Equal(DialogueEnd.CallTooLong, call.Heard().End);
    }

    [Fact]
    public void Keys_do_not_cut_the_goodbye_off() =>
        Assert.Empty(PhoneCall.InMeeting().Give(new DialogueInput.MeetingEnded()).Keys("0").Last);

    [Fact]
    public void After_the_end_nothing_changes_any_more()
    {
        PhoneCall call = PhoneCall.InMeeting().Keys("*8").Heard();
        Assert.True(call.Dialogue.IsEnded);
        Assert.Empty(call.Give(new DialogueInput.ServiceStopping()).Last);
        Assert.Equal(TimeSpan.MaxValue, call.Dialogue.Deadline);
    }
}
