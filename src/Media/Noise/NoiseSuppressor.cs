namespace PhoneBridge.Media.Noise;

/// <summary>Takes steady noise (fans, engines, a bad line) out of one talker's sound: libspeexdsp's preprocessor.</summary>
/// <remarks>
/// Only its noise part is used; gain and voice detection have parts of their own here. It learns the noise within about a
/// second. The library works on 10 ms and gives each back 10 ms later (<see cref="DelayMs"/>). Not thread safe: one for each leg,
/// owned by its loop; no managed memory after it is made. For 8 and 16 kHz; 48 kHz is not offered, suppress before conversion.
/// </remarks>
public sealed class NoiseSuppressor : IDisposable
{
    /// <summary>How late the sound comes out [ms].</summary>
    public const int DelayMs = 10;

    /// <summary>How far noise is turned down when nothing else is given [dB].</summary>
    public const int DefaultSuppressionDb = 18;

    private readonly SpeexPreprocessHandle _state;
    private readonly int _piece;

    /// <summary>Makes a suppressor that has heard nothing.</summary>
    /// <param name="sampleRateHz">8000 or 16000 [Hz].</param>
    /// <param name="suppressionDb">Most that noise is turned down [dB], 1 to 40.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another rate or figure.</exception>
    /// <exception cref="PlatformNotSupportedException">The library is not there: ask <see cref="SpeexLibrary.IsAvailable"/> first.</exception>
    public NoiseSuppressor(int sampleRateHz, int suppressionDb = DefaultSuppressionDb)
    {
        if (sampleRateHz is not (8000 or 16000))
        {
            throw new ArgumentOutOfRangeException(nameof(sampleRateHz), sampleRateHz, "Noise is suppressed at 8000 and 16000 Hz.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(suppressionDb, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(suppressionDb, 40);
        if (!SpeexLibrary.IsAvailable)
        {
            throw new PlatformNotSupportedException("libspeexdsp.so.1 is not installed.");
        }

        SampleRateHz = sampleRateHz;
        _piece = sampleRateHz / 1000 * DelayMs;
        _state = SpeexLibrary.Create(_piece, sampleRateHz);
        if (_state.IsInvalid)
        {
            throw new InvalidOperationException("libspeexdsp made no preprocessor.");
        }

        Set(SpeexLibrary.SetDenoise, 1);
        Set(SpeexLibrary.SetGain, 0);
        // Voice detection is off from the start; saying so would make the library print a warning.
        Set(SpeexLibrary.SetNoiseSuppress, -suppressionDb);
    }

    /// <summary>Rate it works at [Hz].</summary>
    public int SampleRateHz { get; }

    /// <summary>Takes the noise out of the next frame, in place.</summary>
    /// <param name="frame">A multiple of 10 ms, usually 20.</param>
    /// <exception cref="ArgumentException">A frame of another length.</exception>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public unsafe void Process(Span<short> frame)
    {
        if (frame.Length % _piece != 0)
        {
            throw new ArgumentException("A frame is a multiple of 10 ms.", nameof(frame));
        }

        fixed (short* samples = frame)
        {
            for (int at = 0; at < frame.Length; at += _piece)
            {
                _ = SpeexLibrary.Run(_state, samples + at);
            }
        }
    }

    /// <summary>Frees the native state; may be called twice.</summary>
    public void Dispose() => _state.Dispose();

    private void Set(int request, int value) => _ = SpeexLibrary.Control(_state, request, ref value);
}
