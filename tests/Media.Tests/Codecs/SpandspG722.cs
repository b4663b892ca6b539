using System.Runtime.InteropServices;

namespace PhoneBridge.Media.Tests.Codecs;

/// <summary>G.722 by spandsp, an implementation that others have held to the ITU's test sequences: the reference of the tests.</summary>
/// <remarks>Debian package libspandsp2; a test that needs it fails with that name when it is missing. Options 0: 16 kHz, 16 bits, a byte for two samples.</remarks>
internal static partial class SpandspG722
{
    private const string Library = "libspandsp.so.2";
    private const int BitRate = 64000;

    public static byte[] Encode(ReadOnlySpan<short> pcm)
    {
        RequireLibrary();
        byte[] payload = new byte[pcm.Length / 2];
        nint state = EncodeInit(0, BitRate, 0);
        int written = Encode(state, ref MemoryMarshal.GetArrayDataReference(payload), ref MemoryMarshal.GetReference(pcm), pcm.Length);
        _ = EncodeFree(state);
        Assert.Equal(payload.Length, written);
        return payload;
    }

    public static short[] Decode(ReadOnlySpan<byte> payload)
    {
        RequireLibrary();
        short[] pcm = new short[payload.Length * 2];
        nint state = DecodeInit(0, BitRate, 0);
        int written = Decode(state, ref MemoryMarshal.GetArrayDataReference(pcm), ref MemoryMarshal.GetReference(payload), payload.Length);
        _ = DecodeFree(state);
        Assert.Equal(pcm.Length, written);
        return pcm;
    }

    private static void RequireLibrary() => Assert.True(
        NativeLibrary.TryLoad(Library, typeof(SpandspG722).Assembly, null, out _), $"{Library} is missing: install the Debian package libspandsp2.");

    [LibraryImport(Library, EntryPoint = "g722_encode_init")]
    private static partial nint EncodeInit(nint state, int bitRate, int options);

    [LibraryImport(Library, EntryPoint = "g722_encode")]
    private static partial int Encode(nint state, ref byte payload, ref short pcm, int samples);

    [LibraryImport(Library, EntryPoint = "g722_encode_free")]
    private static partial int EncodeFree(nint state);

    [LibraryImport(Library, EntryPoint = "g722_decode_init")]
    private static partial nint DecodeInit(nint state, int bitRate, int options);

    [LibraryImport(Library, EntryPoint = "g722_decode")]
    private static partial int Decode(nint state, ref short pcm, ref byte payload, int length);

    [LibraryImport(Library, EntryPoint = "g722_decode_free")]
    private static partial int DecodeFree(nint state);
}
