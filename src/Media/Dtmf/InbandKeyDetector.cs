using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Dtmf;

/// <summary>Finds key presses in the sound of one leg (DTMF, ITU-T Q.23 and Q.24) and silences them for the others.</summary>
/// <remarks>
/// <para>Sans-IO and not thread safe: owned by the leg's loop; one call of <see cref="OnFrame"/> for each frame of 20 ms, before
/// the frame is mixed. Allocates nothing after construction. Takes any sound, never throws.</para>
/// <para>Blocks of 12.75 ms begin three times in a frame; each pair of neighbours that agrees is one sign of a key.
/// Three signs in a row (22 ms of tone at least) are a press, six blocks without a sign (40 ms) are its end. Since the blocks keep
/// their place in the frame, the first frame that is tone all through is silenced: what leaks of a digit is less than one frame.</para>
/// </remarks>
public sealed class InbandKeyDetector
{
    private const int SignsToBegin = 3;
    private const int BlocksToEnd = 6;

    // Three hops make 20 ms exactly.
    private static readonly int[] Hops = [54, 53, 53];

    // From the start of the last frame with a sign: that frame, what the tone may reach into the next, and 60 ms.
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(20 + 10 + 60);
    private static readonly TimeSpan LongestBreak = TimeSpan.FromMilliseconds(50);

    private readonly TelephoneBand _band;
    private readonly KeyToneBlock _block = new();
    private readonly float[] _samples = new float[KeyToneBlock.Length + 54];
    private int _count;
    private int _hop;
    private char _candidate;
    private int _signs;
    private char _down;
    private int _blocksWithout;
    private TimeSpan _silentUntil = TimeSpan.MinValue;
    private TimeSpan _lastFrame = TimeSpan.MinValue;

    /// <summary>Makes a detector that has heard nothing.</summary>
    /// <param name="sampleRateHz">Rate of the frames [Hz]: 8000, 16000 or 48000.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another rate.</exception>
    public InbandKeyDetector(int sampleRateHz = 8000)
    {
        _band = new TelephoneBand(sampleRateHz);
        Forget();
    }

    /// <summary>Whether a key is held down, as of the last frame.</summary>
    public bool IsKeyDown => _down != '\0';

    /// <summary>Whether the last frame was silenced.</summary>
    public bool IsSilenced { get; private set; }

    /// <summary>
    /// Takes the next frame and silences it when it holds what may be a key's tone, or lies within 60 ms after one.
    /// The first 20 ms of a tone at most stay audible; a false suspicion costs one frame.
    /// </summary>
    /// <param name="frame">20 ms of PCM, set to zero when the others may not hear it.</param>
    /// <param name="now">Monotonic time of the frame's start; a break of more than 50 ms ends a press.</param>
    /// <param name="key">0-9, *, #, A-D when a press begins; once a press.</param>
    /// <returns>Whether a press began: 22 to 55 ms after the tone's start.</returns>
    public bool OnFrame(Span<short> frame, TimeSpan now, out char key)
    {
        key = '\0';
        if (_lastFrame != TimeSpan.MinValue && now - _lastFrame > LongestBreak)
        {
            Forget();
        }

        _lastFrame = now;
        bool isSuspect = false;
        Span<float> room = stackalloc float[TelephoneBand.MaxConverted];
        for (ReadOnlySpan<short> rest = frame; !rest.IsEmpty;)
        {
            int length = Math.Min(rest.Length, _band.MaxFrame);
            isSuspect |= Take(_band.Convert(rest[..length], room), now, ref key);
            rest = rest[length..];
        }

        IsSilenced = isSuspect || _down != '\0' || now < _silentUntil;
        if (IsSilenced)
        {
            frame.Clear();
        }

        return key != '\0';
    }

    private bool Take(ReadOnlySpan<float> pcm, TimeSpan now, ref char key)
    {
        bool isSuspect = false;
        while (!pcm.IsEmpty)
        {
            int hop = Hops[_hop];
            int wanted = Math.Min(pcm.Length, KeyToneBlock.Length + hop - _count);
            pcm[..wanted].CopyTo(_samples.AsSpan(_count));
            _count += wanted;
            pcm = pcm[wanted..];
            if (_count == KeyToneBlock.Length + hop)
            {
                _samples.AsSpan(hop, KeyToneBlock.Length).CopyTo(_samples);
                _count = KeyToneBlock.Length;
                char sign = _block.Read(_samples.AsSpan(0, KeyToneBlock.Length), hop);
                _hop = (_hop + 1) % Hops.Length;
                isSuspect |= sign != '\0';
                OnBlock(sign, now, ref key);
            }
        }

        return isSuspect;
    }

    private void OnBlock(char sign, TimeSpan now, ref char key)
    {
        _signs = sign == '\0' ? 0 : sign == _candidate ? _signs + 1 : 1;
        _candidate = sign;
        if (_signs >= SignsToBegin && sign != _down)
        {
            _down = key = sign;
        }

        if (_down == '\0')
        {
            return;
        }

        if (sign == _down)
        {
            _blocksWithout = 0;
            _silentUntil = now + Hold;
        }
        else if (++_blocksWithout >= BlocksToEnd)
        {
            _down = '\0';
        }
    }

    private void Forget()
    {
        _band.Reset();
        _block.Reset();
        _samples.AsSpan().Clear();
        _count = KeyToneBlock.Length;
        _hop = 0;
        _candidate = _down = '\0';
        _signs = 0;
    }
}
