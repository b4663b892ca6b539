namespace PhoneBridge.Mixer;

/// <summary>Why a leg is not heard. It is heard only when no cause holds.</summary>
[Flags]
public enum MuteCauses
{
    /// <summary>No cause: the leg is heard.</summary>
    None = 0,

    /// <summary>The caller closed the microphone.</summary>
    Self = 1,

    /// <summary>A moderator closed the microphone.</summary>
    Moderator = 2,

    /// <summary>Microphones of the meeting are locked.</summary>
    Lock = 4,
}

/// <summary>The complete mute state of one leg, as <see cref="SetMutes"/> sets it.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="Causes">All causes that hold from now on; replaces what held before.</param>
public readonly record struct LegMute(LegId Leg, MuteCauses Causes);
