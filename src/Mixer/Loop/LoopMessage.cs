using PhoneBridge.Mixer.Legs;

namespace PhoneBridge.Mixer.Loop;

/// <summary>Something one loop is told to do between two ticks. Made by the sender with everything it needs, so that obeying allocates nothing.</summary>
/// <param name="leg">The leg it is about, or null. It waits until the loop has adopted that leg.</param>
internal abstract class LoopMessage(LegStream? leg)
{
    /// <summary>The next in whatever list the message is in; of no meaning to anyone else.</summary>
    internal LoopMessage? Next { get; set; }

    /// <summary>The leg it is about, or null.</summary>
    public LegStream? Leg { get; } = leg;

    /// <summary>Does it. The loop's thread only.</summary>
    public abstract void Apply(LoopCore loop);
}
