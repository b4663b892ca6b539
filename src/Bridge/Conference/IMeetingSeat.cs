using PhoneBridge.Mixer;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Conference;

/// <summary>A caller's end of a meeting: told what concerns this caller. All calls come on the control loop.</summary>
public interface IMeetingSeat
{
    /// <summary>The leg whose audio belongs to the seat.</summary>
    LegId Leg { get; }

    /// <summary>The caller is in: the leg has been told to join the conference.</summary>
    void OnAdmitted(ParticipantAdmitted admitted, MeetingSnapshot after);

    /// <summary>The caller waits outside the mix, or for something else than before.</summary>
    void OnWaiting(WaitReason reason);

    /// <summary>The caller's microphone changed, and the mixer has obeyed.</summary>
    void OnMicrophone(MuteChange change, MutesChanged happened);

    /// <summary>A moderator asks the caller to open the microphone, or the asking is over.</summary>
    void OnUnmuteAsked(bool isAsked);

    /// <summary>The caller is out, and the leg has been told to leave the conference. The last call to this seat.</summary>
    void OnLeft(LeaveReason reason);

    /// <summary>Something that everybody in the meeting is told.</summary>
    void OnNotice(MeetingEvent notice);
}
