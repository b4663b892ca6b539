namespace PhoneBridge.Media.SoundFiles;

/// <summary>
/// Makes a sound file out of frames of 20 ms, mono: frames go in, blocks of the file come out. The owner writes each block behind the
/// one before; whenever he stops, even in the middle of a block, what the file holds so far can be played.
/// </summary>
/// <remarks>
/// Does no I/O and holds no clock. Not thread safe: one owner. The turn is: <see cref="Append"/> until <see cref="Block"/> is not empty,
/// write it at the end of the file, write <see cref="Header"/> at its start, call <see cref="BlockWritten"/>. Until then the same block
/// stands there, so that a write that failed can be done again.
/// </remarks>
public interface ISoundFileWriter : IDisposable
{
    /// <summary>Sound in a block [ms]: what is lost at most, beside what the owner holds back, when the process dies.</summary>
    const int BlockMs = 500;

    /// <summary>Sample rate of the frames [Hz].</summary>
    int SampleRateHz { get; }

    /// <summary>No further frame fits into a file of this format.</summary>
    bool IsFull { get; }

    /// <summary>What is to be written behind everything written so far; empty while there is not enough to write.</summary>
    ReadOnlySpan<byte> Block { get; }

    /// <summary>What is to be written over the start of the file once the block is there; empty when the start stays as it is.</summary>
    ReadOnlySpan<byte> Header { get; }

    /// <summary>The block and the header are in the file: goes on to the next.</summary>
    void BlockWritten();

    /// <summary>Adds one frame.</summary>
    /// <param name="frame">20 ms at <see cref="SampleRateHz"/>.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    /// <exception cref="InvalidOperationException">A block waits, or the file is full or finished.</exception>
    void Append(ReadOnlySpan<short> frame);

    /// <summary>Adds 20 ms of silence in place of sound that was lost, so that what follows keeps its time.</summary>
    /// <exception cref="InvalidOperationException">As for <see cref="Append"/>.</exception>
    void AppendSilence();

    /// <summary>No more frames: the next block is the last one, if there is any.</summary>
    /// <exception cref="InvalidOperationException">A block waits, or the file is finished.</exception>
    void Finish();
}
