using PhoneBridge.Demo.Voices;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Demo.Hearing;

/// <summary>Something one caller said.</summary>
/// <param name="Caller">Who.</param>
/// <param name="Sound">What, as it left the phone's source.</param>
/// <param name="At">When it began, on the monotonic clock.</param>
public sealed record Utterance(Caller Caller, Pcm Sound, TimeSpan At)
{
    /// <summary>When it was over.</summary>
    public TimeSpan End => At + Sound.Duration;
}

/// <summary>What one caller heard, from the answer of the call to its end.</summary>
/// <param name="Caller">Who.</param>
/// <param name="Sound">What.</param>
/// <param name="From">When its first sample arrived.</param>
public sealed record Recording(Caller Caller, Pcm Sound, TimeSpan From);

/// <summary>A time in which a caller's microphone was closed by the moderator.</summary>
/// <param name="Caller">Who.</param>
/// <param name="From">From the API's answer.</param>
/// <param name="To">To the caller's own key.</param>
public sealed record Mute(Caller Caller, TimeSpan From, TimeSpan To);

/// <summary>How much of an utterance a caller heard.</summary>
/// <param name="Utterance">What was said.</param>
/// <param name="Listener">Who listened.</param>
/// <param name="Match">What was found in the recording.</param>
public sealed record Heard(Utterance Utterance, Caller Listener, SpeechMatch Match);
