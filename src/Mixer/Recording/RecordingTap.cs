using System.Runtime.InteropServices;

namespace PhoneBridge.Mixer.Recording;

/// <summary>
/// Frames on their way from one media loop to the thread that writes them: a ring for 2.56 s. When it is full the frame is lost to the
/// recording and counted; the loop never waits.
/// </summary>
/// <remarks>
/// One producer at a time, the loop that owns what is recorded; one consumer, the recording thread. Every frame has the number of its
/// 20 ms on the timetable, so that the consumer sees from the numbers where silence belongs. Nothing allocates after construction.
/// </remarks>
internal sealed class RecordingTap
{
    /// <summary>Frames that the ring holds; a power of two.</summary>
    public const int Capacity = 128;

    // A leg that changes its phase may offer two frames within one number of the timetable; the second one borrows the next number.
    private const int MostBorrowed = 1;

    private const long None = long.MinValue;

    private readonly short[] _samples;
    private readonly long[] _numbers = new long[Capacity];
    private readonly int _samplesPerFrame;
    private PaddedCounters _producer, _consumer;
    private long _start = None, _now = None, _stopAt = long.MaxValue;
    private long _lost, _refused;
    private bool _isComplete, _isClosed;

    /// <summary>Makes an empty one.</summary>
    /// <param name="id">The recording.</param>
    /// <param name="sampleRateHz">Rate of the frames [Hz].</param>
    public RecordingTap(RecordingId id, int sampleRateHz)
    {
        Id = id;
        SampleRateHz = sampleRateHz;
        _samplesPerFrame = sampleRateHz / 50;
        _samples = new short[Capacity * _samplesPerFrame];
        _producer.Next = None;
    }

    /// <summary>The recording.</summary>
    public RecordingId Id { get; }

    /// <summary>Rate of the frames [Hz].</summary>
    public int SampleRateHz { get; }

    /// <summary>Nobody reads any more: the recording has ended. Any thread.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>Nothing will come any more. Any thread.</summary>
    public bool IsComplete => Volatile.Read(ref _isComplete);

    /// <summary>Frames that were lost because the ring was full. Any thread.</summary>
    public long FramesLost => Volatile.Read(ref _lost);

    /// <summary>Frames that were refused: of another rate, or of a number that was before. Any thread.</summary>
    public long FramesRefused => Volatile.Read(ref _refused);

    /// <summary>Number of the first frame; counts once <see cref="HasStarted"/>. Any thread.</summary>
    public long Start => Volatile.Read(ref _start);

    /// <summary>Something has been offered. Any thread.</summary>
    public bool HasStarted => Volatile.Read(ref _now) != None;

    /// <summary>
    /// Number of the frame that comes next; counts once <see cref="HasStarted"/>. All frames below it are in the ring, have been taken,
    /// were lost, or are silence. Held to where the recording was stopped. Any thread.
    /// </summary>
    public long Now => Math.Min(Volatile.Read(ref _now), StopAt);

    /// <summary>Number of the first frame that is not recorded any more. Any thread.</summary>
    public long StopAt => Volatile.Read(ref _stopAt);

    /// <summary>Number of the frame on the timetable that all loops share, from a tick's deadline.</summary>
    public static long FrameNumberAt(TimeSpan deadline) => deadline.Ticks / (MediaEngine.FrameMs * TimeSpan.TicksPerMillisecond);

    /// <summary>Offers one frame. The producer only: never waits, never throws.</summary>
    /// <param name="frame">20 ms at the tap's rate.</param>
    /// <param name="frameNumber">Its number; higher than that of the frame before.</param>
    /// <returns>False: lost to the recording and counted, or the recording is over.</returns>
    public bool TryWrite(ReadOnlySpan<short> frame, long frameNumber)
    {
        if (IsClosed || IsComplete)
        {
            return false;
        }

        long number = Math.Max(frameNumber, _producer.Next);
        if (frame.Length != _samplesPerFrame || number - frameNumber > MostBorrowed)
        {
            Volatile.Write(ref _refused, _refused + 1);
            return false;
        }

        bool fits = HasRoom();
        if (fits)
        {
            int slot = (int)(_producer.Position & (Capacity - 1));
            frame.CopyTo(_samples.AsSpan(slot * _samplesPerFrame));
            _numbers[slot] = number;
            Volatile.Write(ref _producer.Position, _producer.Position + 1);
        }
        else
        {
            Volatile.Write(ref _lost, _lost + 1);
        }

        MoveTo(number);
        return fits;
    }

    /// <summary>Says that the frame of this number is silence, without taking room for it. The producer only.</summary>
    /// <param name="frameNumber">Its number; one that was before does nothing.</param>
    public void WriteSilence(long frameNumber)
    {
        if (frameNumber >= _producer.Next)
        {
            MoveTo(frameNumber);
        }
    }

    /// <summary>Says that nothing comes any more. The producer, or whoever knows that there is none; more than once does no harm.</summary>
    public void Complete() => Volatile.Write(ref _isComplete, true);

    /// <summary>Ends the recording here: what is offered from now on is not in it, and is not counted as lost. Any thread.</summary>
    public void Stop()
    {
        Interlocked.CompareExchange(ref _stopAt, Volatile.Read(ref _now), long.MaxValue);
        Complete();
    }

    /// <summary>Frames that wait in the ring. The consumer only.</summary>
    public int Waiting => (int)(Volatile.Read(ref _producer.Position) - _consumer.Position);

    /// <summary>Looks at the oldest frame. The consumer only.</summary>
    /// <returns>False: there is none.</returns>
    public bool TryPeek(out ReadOnlySpan<short> frame, out long frameNumber)
    {
        if (Waiting == 0)
        {
            frame = default;
            frameNumber = 0;
            return false;
        }

        int slot = (int)(_consumer.Position & (Capacity - 1));
        frame = _samples.AsSpan(slot * _samplesPerFrame, _samplesPerFrame);
        frameNumber = _numbers[slot];
        return true;
    }

    /// <summary>Gives the room of the oldest frame back. The consumer only.</summary>
    public void Take() => Volatile.Write(ref _consumer.Position, _consumer.Position + 1);

    /// <summary>Says that nobody reads any more. The consumer only.</summary>
    public void Close() => Volatile.Write(ref _isClosed, true);

    // The consumer's position is looked at only when the ring seems full: the two threads share no cache line otherwise.
    private bool HasRoom()
    {
        if (_producer.Position - _producer.OtherSeen == Capacity)
        {
            _producer.OtherSeen = Volatile.Read(ref _consumer.Position);
        }

        return _producer.Position - _producer.OtherSeen < Capacity;
    }

    private void MoveTo(long number)
    {
        if (_producer.Next == None)
        {
            Volatile.Write(ref _start, number);
        }

        _producer.Next = number + 1;
        Volatile.Write(ref _now, number + 1);       // after the frame itself: who sees this number sees the frame
    }

    // Two cache lines around each side's own numbers.
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct PaddedCounters
    {
        [FieldOffset(64)]
        public long Position;

        [FieldOffset(72)]
        public long OtherSeen;

        [FieldOffset(80)]
        public long Next;
    }
}
