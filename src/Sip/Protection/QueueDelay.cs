namespace PhoneBridge.Sip.Protection;

/// <summary>How long work waits for a loop before it is done: the loop says what it takes, any thread reads.</summary>
/// <param name="time">Clock.</param>
public sealed class QueueDelay(TimeProvider time)
{
    private const long Idle = long.MaxValue;

    private long _inHand = Idle;

    /// <summary>Age of the work in hand since it was put in line, which all that waits behind it will reach; zero while the loop rests.</summary>
    public TimeSpan Current => Volatile.Read(ref _inHand) is var stamp && stamp == Idle ? TimeSpan.Zero : time.GetElapsedTime(stamp);

    /// <summary>What a piece of work carries from the moment it is put in line. Any thread.</summary>
    public long Stamp() => time.GetTimestamp();

    /// <summary>The loop begins a piece of work.</summary>
    public void OnTaken(long stamp) => Volatile.Write(ref _inHand, stamp);

    /// <summary>The loop found nothing to do.</summary>
    public void OnEmpty() => Volatile.Write(ref _inHand, Idle);
}
