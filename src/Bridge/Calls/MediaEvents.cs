using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Where the mixer's events go. Stands between the two, because each is made with the other in hand.</summary>
internal sealed class MediaEvents
{
    private Action<MediaEvent> _sink = static _ => { };

    /// <summary>Takes every event, on the mixer's event thread.</summary>
    public Action<MediaEvent> Sink
    {
        get => Volatile.Read(ref _sink);
        set => Volatile.Write(ref _sink, value);
    }
}
