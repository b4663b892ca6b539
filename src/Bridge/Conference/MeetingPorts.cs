using PhoneBridge.Mixer;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Conference;

/// <summary>What a live meeting reaches the rest of the bridge through.</summary>
/// <param name="Media">The media path.</param>
/// <param name="Confirmations">Waits for the media path to obey.</param>
/// <param name="EntryTone">Heard by all when somebody comes in.</param>
/// <param name="ExitTone">Heard by all when somebody leaves.</param>
/// <param name="Publish">Tells followers and the journal what happened; on the control loop.</param>
internal sealed record MeetingPorts(
    MediaEngine Media, MixerConfirmations Confirmations, PcmClip EntryTone, PcmClip ExitTone, Action<LiveMeeting, MeetingEvent> Publish);
