using System.Runtime.InteropServices;

namespace PhoneBridge.Media.Srtp;

/// <summary>The system's SRTP library, libsrtp2.so.1 (Debian package libsrtp2-1). It may be missing: then there is no SRTP.</summary>
/// <remarks>Thread safe. Looked for and set up once, at the first question, and never unloaded.</remarks>
public static class SrtpLibrary
{
    internal const string Name = "libsrtp2.so.1";

    private static readonly Lazy<IReadOnlyList<SrtpSuite>> Found = new(Find);

    /// <summary>Whether the library is there and works. Never throws.</summary>
    public static bool IsAvailable => Found.Value.Count > 0;

    /// <summary>The suites that it can do, in the order of the enum: one that was built without a crypto library has no GCM.</summary>
    public static IReadOnlyList<SrtpSuite> Suites => Found.Value;

    private static IReadOnlyList<SrtpSuite> Find()
    {
        try
        {
            return NativeLibrary.TryLoad(Name, typeof(SrtpLibrary).Assembly, null, out _) && SrtpNative.Init() == SrtpNative.Ok
                ? [.. Enum.GetValues<SrtpSuite>().Where(Works)]
                : [];
        }
        catch (Exception fault) when (fault is BadImageFormatException or EntryPointNotFoundException)
        {
            return [];      // a library of another processor, or of another version
        }
    }

    private static bool Works(SrtpSuite suite)
    {
        SrtpKey key = new(new byte[suite.KeyLength()]);
        using SrtpHandle? context = SrtpHandle.TryCreate(new SrtpKeys(suite, key, key), isSender: true);
        return context is not null;
    }
}
