using System.Runtime.InteropServices;

namespace PhoneBridge.Media.Noise;

/// <summary>libspeexdsp as the system has it (package libspeexdsp1). Thread safe.</summary>
/// <remarks>The preprocessor's interface is that of speex_preprocess.h, unchanged since version 1.2.</remarks>
public static partial class SpeexLibrary
{
    internal const int SetDenoise = 0, SetGain = 2, SetNoiseSuppress = 18;

    private const string Library = "libspeexdsp.so.1";

    private static readonly Lazy<bool> Presence = new(Look);

    /// <summary>Whether the library is there and has what is used of it. Looked for once; never throws.</summary>
    public static bool IsAvailable => Presence.Value;

    [LibraryImport(Library, EntryPoint = "speex_preprocess_state_init")]
    internal static partial SpeexPreprocessHandle Create(int frameSamples, int sampleRateHz);

    [LibraryImport(Library, EntryPoint = "speex_preprocess_state_destroy")]
    internal static partial void Destroy(nint state);

    [LibraryImport(Library, EntryPoint = "speex_preprocess_ctl")]
    internal static partial int Control(SpeexPreprocessHandle state, int request, ref int value);

    [LibraryImport(Library, EntryPoint = "speex_preprocess_run")]
    internal static unsafe partial int Run(SpeexPreprocessHandle state, short* frame);

    private static bool Look()
    {
        try
        {
            return NativeLibrary.TryLoad(Library, typeof(SpeexLibrary).Assembly, null, out nint library)
                && NativeLibrary.TryGetExport(library, "speex_preprocess_state_init", out _)
                && NativeLibrary.TryGetExport(library, "speex_preprocess_state_destroy", out _)
                && NativeLibrary.TryGetExport(library, "speex_preprocess_ctl", out _)
                && NativeLibrary.TryGetExport(library, "speex_preprocess_run", out _);
        }
        catch (BadImageFormatException)
        {
            return false; // a library of another processor
        }
    }
}
