using PhoneBridge.Mixer.Conferences;
using PhoneBridge.Mixer.Legs;
using PhoneBridge.Mixer.Recording;

namespace PhoneBridge.Mixer.Loop;

/// <summary><see cref="StartRecording"/> of a conference.</summary>
internal sealed class RecordConference(ConferenceMixer conference, RecordingTap tap) : LoopMessage(null)
{
    public override void Apply(LoopCore loop) => conference.Record(tap);
}

/// <summary><see cref="StartRecording"/> of a leg by itself.</summary>
internal sealed class RecordLeg(LegStream leg, RecordingTap tap) : LoopMessage(leg)
{
    public override void Apply(LoopCore loop) => Leg!.Record(tap);
}
