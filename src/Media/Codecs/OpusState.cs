using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PhoneBridge.Media.Codecs;

/// <summary>The memory of one encoder or decoder of libopus, outside the garbage collector's heap. Freed on disposal, or by the finaliser.</summary>
/// <remarks>
/// libopus lets its caller bring the memory (opus_encoder_init, opus_decoder_init); such a state is one block that may be copied
/// as it is (opus.h). A native call holds the handle, so that no disposal can free a state under it.
/// </remarks>
internal sealed unsafe class OpusState : SafeHandle
{
    public OpusState(int size)
        : base(0, ownsHandle: true)
    {
        Size = size;
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)size));
        GC.AddMemoryPressure(size);
    }

    /// <summary>Length of the block [bytes].</summary>
    public int Size { get; }

    public override bool IsInvalid => handle == 0;

    /// <summary>Takes over all that the other one holds.</summary>
    public void CopyFrom(OpusState other)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        ObjectDisposedException.ThrowIf(other.IsClosed, other);
        if (other.Size != Size)
        {
            throw new ArgumentException("States of different kinds.", nameof(other));
        }

        Unsafe.CopyBlock((void*)handle, (void*)other.handle, (uint)Size);
        GC.KeepAlive(other);
        GC.KeepAlive(this);
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        GC.RemoveMemoryPressure(Size);
        return true;
    }
}
