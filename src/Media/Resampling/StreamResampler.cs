using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PhoneBridge.Media.Resampling;

/// <summary>Changes the sample rate of a stream that comes frame by frame: 8000, 16000 and 48000 Hz, each to each.</summary>
/// <remarks>
/// Made for the tick: a linear-phase polyphase filter in 16-bit fixed point, short before steep. Between the telephone band and
/// the others: within 0.5 dB to 3400 Hz, 60 dB down from 4200 Hz on, 1.9 to 2 ms late. Between 16 and 48 kHz: to 7000 Hz, from
/// 8250 Hz on, 1.2 ms. Not thread safe: one stream, owned by its loop; keeps under 400 bytes and allocates nothing after it is
/// made. The taps are shared by all streams of a pair; the constructor of the first one works them out (some milliseconds).
/// </remarks>
public sealed class StreamResampler
{
    private const int PieceMs = 20;
    private const int GrainMs = 5;

    private readonly StreamFilter _filter;
    private readonly short[] _history;

    /// <summary>Makes a stream whose past is silence.</summary>
    /// <param name="fromHz">Rate of the input [Hz]: 8000, 16000 or 48000.</param>
    /// <param name="toHz">Rate of the output [Hz]: another one of these.</param>
    /// <exception cref="ArgumentException">Another rate, or both the same.</exception>
    public StreamResampler(int fromHz, int toHz)
    {
        _filter = StreamFilter.For(fromHz, toHz);
        _history = new short[_filter.History];
        FromHz = fromHz;
        ToHz = toHz;
    }

    /// <summary>Rate of the input [Hz].</summary>
    public int FromHz { get; }

    /// <summary>Rate of the output [Hz].</summary>
    public int ToHz { get; }

    /// <summary>How late the output is, the same at all frequencies [ms].</summary>
    public double DelayMs => _filter.DelayMs;

    /// <summary>The same in whole samples of the higher rate.</summary>
    public int DelaySamples => (int)Math.Round(_filter.DelayMs * Math.Max(FromHz, ToHz) / 1000);

    /// <summary>Converts the next frame. How the stream is cut into frames does not change a bit of the output.</summary>
    /// <param name="frame">A multiple of 5 ms.</param>
    /// <param name="output">Filled to its end: exactly as long in time as the frame; must not overlap it.</param>
    /// <exception cref="ArgumentException">A length that does not fit.</exception>
    public void Convert(ReadOnlySpan<short> frame, Span<short> output)
    {
        if (frame.Length % (FromHz / 1000 * GrainMs) != 0 || (long)frame.Length * ToHz != (long)output.Length * FromHz)
        {
            throw new ArgumentException("Frames are multiples of 5 ms and as long in time as the output.");
        }

        int inPiece = FromHz / 1000 * PieceMs, outPiece = ToHz / 1000 * PieceMs;
        while (!frame.IsEmpty)
        {
            int length = Math.Min(frame.Length, inPiece), outLength = Math.Min(output.Length, outPiece);
            ConvertPiece(frame[..length], output[..outLength]);
            frame = frame[length..];
            output = output[outLength..];
        }
    }

    /// <summary>Forgets the past: what went before was silence.</summary>
    public void Reset() => _history.AsSpan().Clear();

    [SkipLocalsInit]
    private void ConvertPiece(ReadOnlySpan<short> piece, Span<short> output)
    {
        Span<short> input = stackalloc short[_history.Length + piece.Length];
        _history.CopyTo(input);
        piece.CopyTo(input[_history.Length..]);
        if (Vector128.IsHardwareAccelerated) // without 256-bit vectors each is made of two
        {
            StreamKernel.Convert(_filter, input, output);
        }
        else
        {
            ScalarStreamKernel.Convert(_filter, input, output);
        }

        input[^_history.Length..].CopyTo(_history);
    }
}
