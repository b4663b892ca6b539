using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PhoneBridge.Bridge;

/// <summary>Asks the kernel for large pages under the managed heap (madvise(2), MADV_HUGEPAGE).</summary>
/// <remarks>
/// A thousand legs lie on more small pages than the processor keeps addresses of, and each page that it has forgotten costs a walk
/// through two tables in a virtual machine: a fifth of the media's time (docs/adr/0011). A hint: where the kernel forbids it, or
/// the addresses cannot be read, all works as before.
/// </remarks>
internal static partial class LargePages
{
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE
    private const string Maps = "/proc/self/maps";

    /// <summary>Asks. Once at the start, before much is on the heap: what is there already is moved later or never.</summary>
    /// <returns>Whether the kernel agreed.</returns>
    public static bool TryAdvise()
    {
        try
        {
            return TryFindHeap(out nint from, out nint length) && Advise(from, length, AdviseHugePage) == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return false;
        }
    }

    /// <summary>The collector reserves one range for everything; the kernel shows it as anonymous pieces that touch each other.</summary>
    private static bool TryFindHeap(out nint from, out nint length)
    {
        nint anyObject = AddressOf(new object());
        bool isFound = false;
        (from, length) = (0, 0);
        foreach (string line in File.ReadLines(Maps))
        {
            // 7f0a4c000000-7f0a4c021000 rw-p 00000000 00:00 0    [path, or nothing when it is anonymous]
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] range = fields[0].Split('-');
            nint start = nint.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            nint end = nint.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            bool isAnonymous = fields.Length == 5;
            if (!isAnonymous || start != from + length)
            {
                if (isFound)
                {
                    return true;
                }

                from = start;
            }

            length = end - from;
            isFound |= isAnonymous && start <= anyObject && anyObject < end;
        }

        return isFound;
    }

    private static unsafe nint AddressOf(object thing) => *(nint*)Unsafe.AsPointer(ref thing);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint length, int advice);
}
