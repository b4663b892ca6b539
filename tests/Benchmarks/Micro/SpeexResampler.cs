using System.Runtime.InteropServices;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>libspeexdsp's resampler, to compare with (speex_resampler.h).</summary>
internal sealed partial class SpeexResampler
{
    private const string Library = "libspeexdsp.so.1";

    private nint _state;

    /// <summary>Makes one stream of a quality of 0 to 10.</summary>
    public SpeexResampler(int fromHz, int toHz, int quality)
    {
        _state = Init(1, (uint)fromHz, (uint)toHz, quality, out int error);
        if (error != 0)
        {
            throw new InvalidOperationException($"speex_resampler_init: {error}");
        }
    }

    /// <summary>Converts one frame.</summary>
    public unsafe void Convert(ReadOnlySpan<short> frame, Span<short> output)
    {
        (uint taken, uint given) = ((uint)frame.Length, (uint)output.Length);
        fixed (short* from = frame, to = output)
        {
            _ = Process(_state, 0, from, ref taken, to, ref given);
        }
    }

    /// <summary>Frees the stream.</summary>
    public void Free()
    {
        if (_state != 0)
        {
            Destroy(_state);
            _state = 0;
        }
    }

    [LibraryImport(Library, EntryPoint = "speex_resampler_init")]
    private static partial nint Init(uint channels, uint fromHz, uint toHz, int quality, out int error);

    [LibraryImport(Library, EntryPoint = "speex_resampler_process_int")]
    private static unsafe partial int Process(nint state, uint channel, short* input, ref uint inputLength, short* output, ref uint outputLength);

    [LibraryImport(Library, EntryPoint = "speex_resampler_destroy")]
    private static partial void Destroy(nint state);
}
