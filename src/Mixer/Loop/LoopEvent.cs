using PhoneBridge.Mixer.Legs;

namespace PhoneBridge.Mixer.Loop;

/// <summary>Kinds of <see cref="LoopEvent"/>; each becomes the <see cref="MediaEvent"/> of the same name.</summary>
internal enum LoopEventKind : byte
{
    LegStarted,
    KeyPressed,
    PlaybackEnded,
    TalkingChanged,
    MuteApplied,
    MutesApplied,
    LegClosed,
    LineToneHeard,
    DisturbanceChanged,

    /// <summary>Made elsewhere than on a media thread: <see cref="LoopEvent.Told"/>.</summary>
    Told,
}

/// <summary>A <see cref="MediaEvent"/> as a value, which a media thread can make without allocating.</summary>
/// <param name="Kind">Which event.</param>
/// <param name="Id">Number of the leg, or of the conference.</param>
/// <param name="Number">Playback id or token; 1 for a key heard in the sound.</param>
/// <param name="Detail">Key, causes, or 1 for yes.</param>
/// <param name="Leg">The leg itself, where it is to be disposed of.</param>
/// <param name="Told">The event itself, where it comes from a thread that may allocate.</param>
internal readonly record struct LoopEvent(LoopEventKind Kind, long Id, long Number = 0, int Detail = 0, LegStream? Leg = null, MediaEvent? Told = null)
{
    /// <summary>The event as the world outside sees it.</summary>
    public MediaEvent ToMediaEvent() => Kind switch
    {
        LoopEventKind.LegStarted => new LegStarted(new LegId(Id)),
        LoopEventKind.KeyPressed => new KeyPressed(new LegId(Id), (char)Detail, Number != 0),
        LoopEventKind.PlaybackEnded => new PlaybackEnded(new LegId(Id), Number, Detail != 0),
        LoopEventKind.TalkingChanged => new TalkingChanged(new LegId(Id), Detail != 0),
        LoopEventKind.MuteApplied => new MuteApplied(new LegId(Id), (MuteCauses)Detail, Number),
        LoopEventKind.MutesApplied => new MutesApplied(new ConferenceId(Id), Number),
        LoopEventKind.LineToneHeard => new LineToneHeard(new LegId(Id), (LineTone)Detail),
        LoopEventKind.DisturbanceChanged => new DisturbanceChanged(new LegId(Id), (Disturbance)Detail),
        LoopEventKind.Told when Told is { } told => told,
        LoopEventKind.LegClosed => new LegClosed(new LegId(Id)),
        _ => throw new InvalidOperationException($"No event is called {Kind}."),
    };
}
