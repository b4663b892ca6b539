using System.Runtime.InteropServices;
using PhoneBridge.Media.Srtp;

namespace PhoneBridge.Media.Tests.Srtp;

/// <summary>What sessions take of the C library's heap they give back. Alone: the heap is that of the whole process.</summary>
[Collection(Name)]
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed partial class SrtpMemoryTests
{
    private const string Name = "The native heap is measured";

    [Theory]
    [Trait("Req", "SDP6")]
    [InlineData(true)]
    [InlineData(false)]     // replaced by a new key: left to the finalizers
    public void Sessions_that_come_and_go_leave_nothing_behind(bool areDisposed)
    {
        Churn(300, areDisposed);
        long before = NativeBytes();
        Churn(2000, areDisposed);
        long left = NativeBytes() - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{left} bytes are left of 4000 sessions");
        Assert.InRange(left, long.MinValue, 4000 * 100);
    }

    private static void Churn(int count, bool areDisposed)
    {
        for (int i = 0; i < count; i++)
        {
            SrtpPair pair = new((SrtpSuite)(i % 4));
            pair.Take(pair.Protect(1), 1);
            if (areDisposed)
            {
                pair.Dispose();
            }
            else
            {
                pair.Near.Retire();
                pair.Far.Retire();
            }
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    // mallinfo2(3): bytes in use in all arenas, and those that were mapped for themselves.
    private static long NativeBytes()
    {
        MallocInfo info = ReadMallocInfo();
        return (long)(info.InUse + info.Mapped);
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial MallocInfo ReadMallocInfo();

    [StructLayout(LayoutKind.Sequential)]
    private struct MallocInfo
    {
        public nuint Arena, FreeChunks, FastChunks, MappedRegions, Mapped, MaxTotal, FastFree, InUse, Free, Trimmable;
    }
}
