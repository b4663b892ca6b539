using System.Globalization;
using System.Runtime.CompilerServices;

namespace PhoneBridge.Bridge.Tests.Hosting;

public sealed class LargePagesTests
{
    [Fact]
    public void The_managed_heap_is_marked_for_large_pages()
    {
        Assert.SkipUnless(File.Exists("/sys/kernel/mm/transparent_hugepage/enabled"), "this kernel has no large pages");

        Assert.True(LargePages.TryAdvise());

        Assert.Contains("hg", FlagsAt(AddressOf(new object())).Split(' '));
    }

    private static unsafe nint AddressOf(object thing) => *(nint*)Unsafe.AsPointer(ref thing);

    /// <summary>What the kernel has noted of the piece of memory in which an address lies (VmFlags, proc_pid_smaps(5)).</summary>
    private static string FlagsAt(nint address)
    {
        bool isHere = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] range = line.Split(' ')[0].Split('-');
            if (range.Length == 2
                && nint.TryParse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out nint start)
                && nint.TryParse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out nint end))
            {
                isHere = start <= address && address < end;
            }
            else if (isHere && line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                return line["VmFlags:".Length..];
            }
        }

        return "";
    }
}
