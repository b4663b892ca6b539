using Microsoft.Win32.SafeHandles;

namespace PhoneBridge.Media.Noise;

/// <summary>Owns one native preprocessor; it is freed once, whoever forgets it.</summary>
internal sealed class SpeexPreprocessHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Made by the marshaller.</summary>
    public SpeexPreprocessHandle()
        : base(ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        SpeexLibrary.Destroy(handle);
        return true;
    }
}
