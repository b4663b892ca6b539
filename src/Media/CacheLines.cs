using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace PhoneBridge.Media;

/// <summary>Asks the processor to bring memory near that is needed a little later, so that it need not be waited for.</summary>
/// <remarks>
/// What a leg holds is touched once every 20 ms, and the caches near the processor forget it meanwhile: a thousand legs would spend
/// half of their time waiting for memory. A hint changes no result; on a processor without it nothing is done. Any thread.
/// </remarks>
public static class CacheLines
{
    private const int LineLength = 64; // [bytes]

    /// <summary>Asks for the beginning of an object.</summary>
    /// <param name="thing">The object; null is nothing.</param>
    /// <param name="lines">How much of it, in lines of 64 bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(object? thing, int lines)
    {
        if (thing is not null)
        {
            Fetch(ref Unsafe.As<Contents>(thing).First, lines);
        }
    }

    /// <summary>Asks for an array from one of its elements on.</summary>
    /// <param name="first">The element.</param>
    /// <param name="lines">How much, in lines of 64 bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch<T>(ref T first, int lines)
    {
        if (Sse.IsSupported)
        {
            // Nothing is read there, so it does no harm when the object is moved meanwhile.
            byte* address = (byte*)Unsafe.AsPointer(ref first);
            for (int i = 0; i < lines; i++)
            {
                Sse.Prefetch0(address + (i * LineLength));
            }
        }
    }

    /// <summary>The form of any object: its fields begin where this one's does.</summary>
    private sealed class Contents
    {
        public byte First;
    }
}
