using System.Buffers.Binary;
using PhoneBridge.Media.SoundFiles;

namespace PhoneBridge.Media.Wav;

/// <summary>
/// A 16-bit mono WAV file that is written piece by piece and can be read at any time: each block is followed by a header that counts it.
/// </summary>
/// <remarks>
/// The header is rewritten rather than left at 0xFFFFFFFF, which some players take for a length of four gigabytes. Since it comes
/// after the samples that it counts, it never promises more than the file holds.
/// </remarks>
public sealed class WavStreamWriter : ISoundFileWriter
{
    /// <summary>Samples that the 32-bit lengths of a WAV file can count.</summary>
    public const long MostSamples = (uint.MaxValue - WavWriter.HeaderLength) / 2;

    private readonly byte[] _block;
    private readonly byte[] _header = new byte[WavWriter.HeaderLength];
    private readonly int _samplesPerFrame;
    private readonly int _due;
    private readonly long _maxSamples;
    private int _length = WavWriter.HeaderLength;
    private long _samples;
    private bool _isStarted, _isFinished;

    /// <summary>Starts a file; its first block is the header.</summary>
    /// <param name="sampleRateHz">Sample rate [Hz]: 8000, 16000 or 48000.</param>
    /// <param name="maxSamples">When the file counts as full [samples]; at most, and when nothing is said, <see cref="MostSamples"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another rate, or more samples than a WAV file can hold.</exception>
    public WavStreamWriter(int sampleRateHz, long maxSamples = MostSamples)
    {
        if (sampleRateHz is not (8000 or 16000 or 48000))
        {
            throw new ArgumentOutOfRangeException(nameof(sampleRateHz), sampleRateHz, "8000, 16000 or 48000.");
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxSamples, MostSamples);
        SampleRateHz = sampleRateHz;
        _maxSamples = maxSamples;
        _samplesPerFrame = sampleRateHz / 50;
        _due = 2 * sampleRateHz * ISoundFileWriter.BlockMs / 1000;
        _block = new byte[_due];
        WavWriter.WriteHeader(_block, 0, sampleRateHz);
    }

    /// <inheritdoc/>
    public int SampleRateHz { get; }

    /// <inheritdoc/>
    public bool IsFull => _samples + _samplesPerFrame > _maxSamples;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Block => _length == _due || !_isStarted || _isFinished ? _block.AsSpan(0, _length) : default;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Header
    {
        get
        {
            if (!_isStarted || Block.IsEmpty)
            {
                return default;
            }

            WavWriter.WriteHeader(_header, _samples, SampleRateHz);
            return _header;
        }
    }

    /// <inheritdoc/>
    public void BlockWritten()
    {
        _isStarted = true;
        _length = 0;
    }

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<short> frame)
    {
        if (frame.Length != _samplesPerFrame)
        {
            throw new ArgumentException($"{frame.Length} samples are no frame at {SampleRateHz} Hz.", nameof(frame));
        }

        Span<byte> room = Take();
        for (int i = 0; i < frame.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(room[(2 * i)..], frame[i]);
        }
    }

    /// <inheritdoc/>
    public void AppendSilence() => Take().Clear();

    /// <inheritdoc/>
    public void Finish()
    {
        if (_isFinished || !Block.IsEmpty)
        {
            throw new InvalidOperationException("A block waits, or the file is finished.");
        }

        _isFinished = true;
    }

    /// <summary>Does nothing: there is nothing to free.</summary>
    public void Dispose()
    {
    }

    private Span<byte> Take()
    {
        if (_isFinished || IsFull || !Block.IsEmpty)
        {
            throw new InvalidOperationException("A block waits, or the file is full or finished.");
        }

        Span<byte> room = _block.AsSpan(_length, 2 * _samplesPerFrame);
        _length += room.Length;
        _samples += _samplesPerFrame;
        return room;
    }
}
