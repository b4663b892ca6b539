namespace PhoneBridge.Media.Codecs;

/// <summary>What one Opus packet says of itself without being decoded (RFC 6716 §3). Reads network input; never throws.</summary>
/// <remarks>A view: it points into the payload it was read from. Durations are in units of 1/48000 s, which is the RTP clock (RFC 7587 §4.1).</remarks>
public readonly ref struct OpusPacket
{
    /// <summary>Longest packet there may be, 120 ms [1/48000 s] (RFC 6716 §3.2.5, R5).</summary>
    public const int MaxDuration = 5760;

    /// <summary>Most frames in a packet: 120 ms of 2.5 ms each.</summary>
    public const int MaxFrames = 48;

    /// <summary>Longest frame [bytes] (RFC 6716 §3.2.1).</summary>
    public const int MaxFrameLength = 1275;

    /// <summary>Every duration is a multiple of this, 2.5 ms [1/48000 s].</summary>
    internal const int DurationUnit = 120;

    // Of a configuration with 20 ms of SILK a frame; the flags of a longer frame are one for each 20 ms.
    private const int SilkFrame = 960;

    private readonly ReadOnlySpan<byte> _frames;
    private readonly ReadOnlySpan<byte> _lengths;
    private readonly int _frameLength;

    private OpusPacket(byte toc, int frameCount, ReadOnlySpan<byte> frames, ReadOnlySpan<byte> lengths, int frameLength)
    {
        Toc = toc;
        FrameCount = frameCount;
        _frames = frames;
        _lengths = lengths;
        _frameLength = frameLength;
    }

    /// <summary>Configuration and stereo bit as they stand in the first byte; the two bits of the frame count are cleared.</summary>
    public byte Toc { get => (byte)(field & ~3); }

    /// <summary>Configuration number, 0 to 31: 0 to 11 SILK, 12 to 15 hybrid, 16 to 31 CELT (RFC 6716 table 2).</summary>
    public int Configuration => Toc >> 3;

    /// <summary>Whether the frames have two channels.</summary>
    public bool IsStereo => (Toc & 4) != 0;

    /// <summary>Frames in the packet, 1 to 48.</summary>
    public int FrameCount { get; }

    /// <summary>Length of one frame [1/48000 s]: 2.5, 5, 10, 20, 40 or 60 ms.</summary>
    public int FrameDuration => FrameDurationOf(Toc);

    /// <summary>Length of the packet [1/48000 s], at most <see cref="MaxDuration"/>.</summary>
    public int Duration => FrameCount * FrameDuration;

    /// <summary>Whether the first frame carries a coarse copy of what was before it (in-band FEC, the LBRR flag of RFC 6716 §4.2.4).</summary>
    /// <remarks>
    /// A SILK or hybrid frame begins with a VAD flag for each 20 ms and then the LBRR flag, for each channel. They are coded with
    /// even odds, and the range coder puts such symbols into the first bits of the frame, in order, the topmost first.
    /// </remarks>
    public bool HasCopyOfLast
    {
        get
        {
            FrameEnumerator frames = GetEnumerator();
            if (Configuration >= 16 || !frames.MoveNext() || frames.Current.IsEmpty)
            {
                return false;
            }

            int voiceFlags = Math.Max(1, FrameDuration / SilkFrame);
            int first = frames.Current[0];
            bool middle = ((first >> (7 - voiceFlags)) & 1) != 0;
            bool side = IsStereo && ((first >> (6 - (2 * voiceFlags))) & 1) != 0;
            return middle || side;
        }
    }

    /// <summary>Whether the sender heard no voice in any of it: all VAD flags are clear, or nothing was sent (DTX). CELT has no such flag: false.</summary>
    /// <remarks>The flags stand first in the frame, see <see cref="HasCopyOfLast"/>.</remarks>
    public bool IsWithoutVoice
    {
        get
        {
            int voiceFlags = Math.Max(1, FrameDuration / SilkFrame);
            int flags = 0xFF00 >> voiceFlags & 0xFF;
            int sideFlags = IsStereo ? flags >> (voiceFlags + 1) : 0;
            foreach (ReadOnlySpan<byte> frame in this)
            {
                if (Configuration >= 16 || (frame.Length > 1 && (frame[0] & (flags | sideFlags)) != 0))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Reads a payload: false when it breaks a rule of RFC 6716 §3.4.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out OpusPacket packet)
    {
        packet = default;
        if (payload.IsEmpty)
        {
            return false;
        }

        byte toc = payload[0];
        ReadOnlySpan<byte> rest = payload[1..];
        return (toc & 3) switch
        {
            0 => TryReadEqual(toc, 1, rest, out packet),
            1 => TryReadEqual(toc, 2, rest, out packet),
            2 => TryReadLengths(toc, 2, rest, out packet),
            _ => TryReadCounted(toc, rest, out packet),
        };
    }

    /// <summary>The frames, first to last.</summary>
    public FrameEnumerator GetEnumerator() => new(this);

    /// <summary>Reads a length of one or two bytes (RFC 6716 §3.2.1); the number of bytes it takes, 0 when they are not there.</summary>
    internal static int ReadLength(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.IsEmpty)
        {
            return 0;
        }

        length = bytes[0];
        if (length < 252)
        {
            return 1;
        }

        if (bytes.Length < 2)
        {
            return 0;
        }

        length += 4 * bytes[1];
        return 2;
    }

    private static int FrameDurationOf(byte toc) => (toc >> 3) switch
    {
        >= 16 and int celt => DurationUnit << (celt & 3),
        >= 12 and int hybrid => 480 << (hybrid & 1),
        int silk when (silk & 3) == 3 => 2880,
        int silk => 480 << (silk & 3),
    };

    private static bool TryReadEqual(byte toc, int count, ReadOnlySpan<byte> frames, out OpusPacket packet)
    {
        packet = default;
        int length = frames.Length / count;
        if (frames.Length % count != 0 || length > MaxFrameLength)
        {
            return false;
        }

        packet = new OpusPacket(toc, count, frames, [], length);
        return true;
    }

    // The last frame has no length of its own: it is what the others leave.
    private static bool TryReadLengths(byte toc, int count, ReadOnlySpan<byte> rest, out OpusPacket packet)
    {
        packet = default;
        int taken = 0;
        int total = 0;
        for (int i = 0; i < count - 1; i++)
        {
            int size = ReadLength(rest[taken..], out int length);
            if (size == 0)
            {
                return false;
            }

            taken += size;
            total += length;
        }

        int last = rest.Length - taken - total;
        if (last is < 0 or > MaxFrameLength)
        {
            return false;
        }

        packet = new OpusPacket(toc, count, rest[taken..], rest[..taken], last);
        return true;
    }

    // Code 3: a byte with the count, whether the lengths differ and whether there is padding (RFC 6716 §3.2.5).
    private static bool TryReadCounted(byte toc, ReadOnlySpan<byte> rest, out OpusPacket packet)
    {
        packet = default;
        if (rest.IsEmpty)
        {
            return false;
        }

        int count = rest[0] & 0x3F;
        bool isVariable = (rest[0] & 0x80) != 0;
        bool isPadded = (rest[0] & 0x40) != 0;
        rest = rest[1..];
        if (count == 0 || count * FrameDurationOf(toc) > MaxDuration || (isPadded && !TryDropPadding(ref rest)))
        {
            return false;
        }

        return isVariable ? TryReadLengths(toc, count, rest, out packet) : TryReadEqual(toc, count, rest, out packet);
    }

    // 255 stands for 254 bytes of padding and another byte of count.
    private static bool TryDropPadding(ref ReadOnlySpan<byte> rest)
    {
        int padding = 0;
        int at = 0;
        byte part;
        do
        {
            if (at == rest.Length)
            {
                return false;
            }

            part = rest[at++];
            padding += part == 255 ? 254 : part;
        }
        while (part == 255);

        if (padding > rest.Length - at)
        {
            return false;
        }

        rest = rest[at..^padding];
        return true;
    }

    /// <summary>Goes through the frames of a packet.</summary>
    public ref struct FrameEnumerator
    {
        private readonly int _lastLength;
        private ReadOnlySpan<byte> _frames;
        private ReadOnlySpan<byte> _lengths;
        private int _left;

        internal FrameEnumerator(OpusPacket packet)
        {
            _frames = packet._frames;
            _lengths = packet._lengths;
            _lastLength = packet._frameLength;
            _left = packet.FrameCount;
            Current = default;
        }

        /// <summary>The frame, 0 to 1275 bytes.</summary>
        public ReadOnlySpan<byte> Current { get; private set; }

        /// <summary>Goes on to the next one.</summary>
        public bool MoveNext()
        {
            if (_left == 0)
            {
                return false;
            }

            _left--;
            int length = _lastLength;
            if (!_lengths.IsEmpty)
            {
                _lengths = _lengths[ReadLength(_lengths, out length)..];
            }

            Current = _frames[..length];
            _frames = _frames[length..];
            return true;
        }
    }
}
