using PhoneBridge.Mixer.Legs;
using PhoneBridge.Mixer.Recording;

namespace PhoneBridge.Mixer.Loop;

/// <summary><see cref="StartRecording"/>: from the next tick on. A recording that ran before ends.</summary>
/// <param name="leg">The leg that is recorded, which may still be on its way to this loop; null for a conference.</param>
/// <param name="recorded">The leg or the conference.</param>
/// <param name="tap">Where its frames go.</param>
internal sealed class AttachTap(LegStream? leg, IRecorded recorded, RecordingTap tap) : LoopMessage(leg)
{
    public override void Apply(LoopCore loop)
    {
        recorded.Tap?.Complete();
        recorded.Tap = tap;
    }
}
