using System.Runtime.InteropServices;

namespace PhoneBridge.Media.Codecs;

/// <summary>The system's Opus library, libopus.so.0 (Debian package libopus0). It may be missing: then there is no Opus, and nothing else changes.</summary>
/// <remarks>Thread safe. Looked for once, at the first question, and never unloaded.</remarks>
public static partial class OpusLibrary
{
    internal const string Name = "libopus.so.0";

    private static readonly Lazy<string?> Found = new(Find);

    /// <summary>Whether the library is there and answers. Never throws.</summary>
    public static bool IsAvailable => Found.Value is not null;

    /// <summary>What the library calls itself, for instance "libopus 1.3.1"; null when it is missing.</summary>
    public static string? Version => Found.Value;

    private static string? Find()
    {
        // Only where the C calling convention passes variable arguments like fixed ones; see OpusNative.
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(Name, typeof(OpusLibrary).Assembly, null, out nint library))
        {
            return null;
        }

        return NativeLibrary.TryGetExport(library, "opus_get_version_string", out _)
            ? Marshal.PtrToStringUTF8(GetVersionString())
            : null;
    }

    [LibraryImport(Name, EntryPoint = "opus_get_version_string")]
    private static partial nint GetVersionString();
}
