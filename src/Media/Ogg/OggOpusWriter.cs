using System.Buffers.Binary;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.SoundFiles;

namespace PhoneBridge.Media.Ogg;

/// <summary>An Ogg Opus file, mono, one packet of 20 ms a frame (RFC 7845). Each block is one page, or the two header pages at the start.</summary>
public sealed class OggOpusWriter : ISoundFileWriter
{
    /// <summary>
    /// Delay of libopus' encoder, which a player takes away again: 6.5 ms [samples at 48 kHz], at every rate (2.5 ms of overlap and
    /// 4 ms so that both of its modes are late by the same).
    /// </summary>
    public const int EncoderDelay = 312;

    private const int SamplesPerPacket = 960;          // 20 ms at 48 kHz: the unit of granule positions at every rate (RFC 7845 §4)
    private const int PacketsPerPage = ISoundFileWriter.BlockMs / 20;
    private const int MaxPacketLength = 1275;          // of one frame (RFC 6716 §3.2.1)

    // A whole packet of silence, 20 ms, fullband, mono: CELT with its silence flag set (RFC 6716 §4.3). Unlike an encoded frame of
    // zeros it costs nothing to make, and a decoder understands it whatever came before.
    private static ReadOnlySpan<byte> SilentPacket => [0xF8, 0xFF, 0xFE];

    private readonly IAudioEncoder _encoder;
    private readonly OggPageWriter _pages;
    private readonly int _samplesPerFrame;
    private readonly int _encoderDelay;
    private readonly byte[] _packet = new byte[MaxPacketLength];
    private readonly byte[] _block = new byte[OggPageWriter.MaxPageLength];
    private int _blockLength;
    private long _frames, _packets;
    private bool _isAfterSilence, _isFinished;

    /// <summary>Starts a file; its first block is the header.</summary>
    /// <param name="encoder">An Opus encoder of frames at <paramref name="sampleRateHz"/>; this object disposes of it.</param>
    /// <param name="sampleRateHz">Sample rate of the frames [Hz]: 8000, 16000 or 48000.</param>
    /// <param name="serial">Serial number of the stream: any.</param>
    /// <param name="encoderDelay">By how much the encoder is late, 0 to 65535 [samples at 48 kHz].</param>
    /// <exception cref="ArgumentOutOfRangeException">Another rate or delay.</exception>
    public OggOpusWriter(IAudioEncoder encoder, int sampleRateHz, uint serial, int encoderDelay = EncoderDelay)
    {
        if (!AudioFormat.Opus(sampleRateHz).IsValid)
        {
            throw new ArgumentOutOfRangeException(nameof(sampleRateHz), sampleRateHz, "8000, 16000 or 48000.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(encoderDelay);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(encoderDelay, ushort.MaxValue);
        _encoder = encoder;
        _pages = new OggPageWriter(serial);
        _samplesPerFrame = sampleRateHz / 50;
        _encoderDelay = encoderDelay;
        SampleRateHz = sampleRateHz;
        WriteHeaders();
    }

    /// <inheritdoc/>
    public int SampleRateHz { get; }

    /// <summary>Never: an Ogg file has no greatest length.</summary>
    public bool IsFull => false;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Block => _block.AsSpan(0, _blockLength);

    /// <summary>Empty: nothing of an Ogg file is written twice.</summary>
    public ReadOnlySpan<byte> Header => default;

    /// <inheritdoc/>
    public void BlockWritten() => _blockLength = 0;

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<short> frame)
    {
        if (frame.Length != _samplesPerFrame)
        {
            throw new ArgumentException($"{frame.Length} samples are no frame at {SampleRateHz} Hz.", nameof(frame));
        }

        RequireOpen();
        if (_isAfterSilence)
        {
            _isAfterSilence = false;
            _encoder.TryMakeNextIndependent();      // the decoder did not follow the encoder over the silence
        }

        Add(_packet.AsSpan(0, _encoder.Encode(frame, _packet)));
        _frames++;
    }

    /// <inheritdoc/>
    public void AppendSilence()
    {
        RequireOpen();
        _isAfterSilence = true;
        Add(SilentPacket);
        _frames++;
    }

    /// <inheritdoc/>
    public void Finish()
    {
        RequireOpen();
        _isFinished = true;

        // The encoder still holds its delay's worth of sound: one packet more brings it out, and the position, which counts no more than
        // what went in, makes the player leave the rest of that packet out (end trimming, RFC 7845 §4.4).
        if (!_isAfterSilence)
        {
            Span<short> silence = stackalloc short[_samplesPerFrame];
            silence.Clear();
            _ = _pages.TryAdd(_packet.AsSpan(0, _encoder.Encode(silence, _packet)));
        }
        else
        {
            _ = _pages.TryAdd(SilentPacket);
        }

        WritePage(_encoderDelay + (_frames * SamplesPerPacket), OggPageFlags.End);
    }

    /// <summary>Disposes of the encoder.</summary>
    public void Dispose() => _encoder.Dispose();

    // One packet always stays behind for the page that ends the stream, because a page without a packet would be an odd end.
    private void Add(ReadOnlySpan<byte> packet)
    {
        if (_pages.Packets == PacketsPerPage)
        {
            WritePage(_packets * SamplesPerPacket, OggPageFlags.None);
        }

        // 25 packets of at most six segments always fit.
        _ = _pages.TryAdd(packet);
        _packets++;
    }

    private void WritePage(long granulePosition, OggPageFlags flags) =>
        _blockLength += _pages.WritePage(_block.AsSpan(_blockLength), granulePosition, flags);

    // OpusHead is alone on the first page, OpusTags on the next, both at position 0 (RFC 7845 §3, §5).
    private void WriteHeaders()
    {
        Span<byte> head = stackalloc byte[19];
        "OpusHead"u8.CopyTo(head);
        head[8] = 1;                                                                // version
        head[9] = 1;                                                                // channels
        BinaryPrimitives.WriteUInt16LittleEndian(head[10..], (ushort)_encoderDelay);       // pre-skip
        BinaryPrimitives.WriteUInt32LittleEndian(head[12..], (uint)SampleRateHz);
        BinaryPrimitives.WriteInt16LittleEndian(head[16..], 0);                     // output gain
        head[18] = 0;                                                               // mapping family: mono or stereo
        _ = _pages.TryAdd(head);
        WritePage(0, OggPageFlags.Start);

        ReadOnlySpan<byte> vendor = "PhoneBridge"u8;
        Span<byte> tags = stackalloc byte[8 + 4 + vendor.Length + 4];
        "OpusTags"u8.CopyTo(tags);
        BinaryPrimitives.WriteUInt32LittleEndian(tags[8..], (uint)vendor.Length);
        vendor.CopyTo(tags[12..]);
        BinaryPrimitives.WriteUInt32LittleEndian(tags[(12 + vendor.Length)..], 0);  // no comments
        _ = _pages.TryAdd(tags);
        WritePage(0, OggPageFlags.None);
    }

    private void RequireOpen()
    {
        if (_isFinished || _blockLength > 0)
        {
            throw new InvalidOperationException("A block waits, or the file is finished.");
        }
    }
}
