using CsCheck;
using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Tests.Dialogues;

public sealed class NoStuckDialogueTests
{
    private static readonly Gen<DialogueInput> AnyInput = Gen.Frequency(
        (12, Gen.Char["0123456789*#A"].Select(DialogueInput (key) => new DialogueInput.KeyPressed(key))),
        (3, Gen.Long[1, 40].Select(DialogueInput (id) => new DialogueInput.PlaybackEnded(id))),
        (2, Gen.Const<DialogueInput>(new DialogueInput.Started())),
        (2, Gen.Int[0, 5].Select(DialogueInput (attempt) => new DialogueInput.PinAccepted(attempt, PhoneCall.ModeratedRoom))),
        (4, Gen.Select(Gen.Int[0, 5], Gen.Enum<PinRefusal>(), Gen.Int[-1, 25])
            .Select(DialogueInput (refused) => new DialogueInput.PinRefused(refused.Item1, refused.Item2, TimeSpan.FromSeconds(refused.Item3)))),
        (2, Gen.OneOfConst<DialogueInput>(
            new DialogueInput.MustWait(WaitReason.NotStarted),
            new DialogueInput.MustWait(WaitReason.Full),
            new DialogueInput.Admitted(2, MicrophoneState.Open),
            new DialogueInput.Admitted(0, MicrophoneState.ClosedByLock),
            new DialogueInput.MicrophoneChanged(MicrophoneState.ClosedByModerator, MicrophoneChange.Moderator),
            new DialogueInput.MicrophoneRefused(MicrophoneState.ClosedByLock),
            new DialogueInput.AskedToUnmute(true),
            new DialogueInput.MeetingEndsSoon(TimeSpan.FromMinutes(2)),
            new DialogueInput.Counted(5),
            new DialogueInput.AllMuted(),
            new DialogueInput.RoomLockChanged(true))),
        (1, Gen.OneOfConst<DialogueInput>(
            new DialogueInput.AdmissionRefused(AdmissionRefusal.RoomFull),
            new DialogueInput.WaitOver(),
            new DialogueInput.Removed(),
            new DialogueInput.MeetingEnded(),
            new DialogueInput.CallTooLong(),
            new DialogueInput.ServiceStopping())));

    private static readonly Gen<(int Beginning, (int GapMs, DialogueInput Input)[] Steps)> AnyCall = Gen.Select(
        Gen.Int[0, 5],
        Gen.Select(Gen.Frequency((8, Gen.Int[0, 900]), (1, Gen.Int[0, 40_000])), AnyInput).Array[0, 60]);

    /// <remarks>
    /// In a meeting with nothing pending a dialogue may rest without a deadline: the meeting itself bounds the call. Everywhere else
    /// time alone must lead to the end.
    /// </remarks>
    [Fact]
    public void Whatever_happens_the_dialogue_has_a_deadline_or_is_in_a_meeting_or_has_ended() =>
        AnyCall.Sample(any =>
        {
            PhoneCall call = Begin(any.Beginning);
            foreach ((int gapMs, DialogueInput input) in any.Steps)
            {
                call.Wait(gapMs / 1000.0).Give(input);
                Assert.True(call.Dialogue.Deadline < TimeSpan.MaxValue || call.Dialogue.IsInMeeting || call.Dialogue.IsEnded);
            }
        }, iter: 3000);

    [Fact]
    public void Outside_a_meeting_time_alone_leads_to_the_end_of_the_call() =>
        AnyCall.Sample(any =>
        {
            PhoneCall call = Begin(any.Beginning);
            foreach ((int gapMs, DialogueInput input) in any.Steps)
            {
                call.Wait(gapMs / 1000.0).Give(input);
            }

            call.Wait(40 * 60);
            Assert.True(call.Dialogue.IsInMeeting || call.Dialogue.IsEnded);
        }, iter: 1000);

    [Fact]
    public void A_deadline_that_has_been_served_lies_in_the_future() =>
        AnyCall.Sample(any =>
        {
            PhoneCall call = Begin(any.Beginning);
            foreach ((int gapMs, DialogueInput input) in any.Steps)
            {
                call.Wait(gapMs / 1000.0).Give(input);
                for (int served = 0; call.Dialogue.Deadline <= call.Now; served++)
                {
                    Assert.True(served < 3, "a deadline in the past would make the shell spin");
                    call.Give(new DialogueInput.TimePassed());
                }
            }
        }, iter: 2000);

    [Fact]
    public void A_call_is_hung_up_at_most_once_and_that_is_its_last_action() =>
        AnyCall.Sample(any =>
        {
            PhoneCall call = Begin(any.Beginning);
            foreach ((int gapMs, DialogueInput input) in any.Steps)
            {
                call.Wait(gapMs / 1000.0).Give(input);
            }

            int hungUp = call.All.FindIndex(action => action is DialogueAction.HangUp);
            Assert.True(hungUp < 0 || hungUp == call.All.Count - 1);
        }, iter: 2000);

    /// <summary>Random keys alone seldom get through PIN entry: some calls begin further on.</summary>
    private static PhoneCall Begin(int beginning) => beginning switch
    {
        0 => new PhoneCall(),
        1 => new PhoneCall().Start(),
        2 => new PhoneCall().Start().Keys("123456789"),
        3 => PhoneCall.InWaiting(),
        4 => new PhoneCall(invitation: PhoneCall.Room).Start(),
        _ => PhoneCall.InMeeting(room: PhoneCall.ModeratedRoom),
    };
}
