using System.Runtime.InteropServices;

namespace PhoneBridge.Media.Codecs;

/// <summary>The C functions of libopus, as they are (opus.h, opus_defines.h).</summary>
/// <remarks>
/// The two ctl functions have variable arguments in C. They are declared here with one fixed int or pointer, or none: on Linux x64 (System V
/// ABI) and arm64 (AAPCS64) whole numbers of a variable part travel in the same registers as fixed ones, the callee reads them from
/// there, and the count in AL that x64 wants concerns floating-point registers only. It is not so on Apple's arm64, where variable
/// arguments go by the stack; the library's name is Linux's alone. Tests read every setting back.
/// </remarks>
internal static partial class OpusNative
{
    public const int Ok = 0;
    public const int BadArgument = -1;

    public const int ApplicationVoip = 2048;

    public const int ResetState = 4028;

    public const int SetBitrate = 4002;
    public const int GetBitrate = 4003;
    public const int SetComplexity = 4010;
    public const int GetComplexity = 4011;
    public const int SetInbandFec = 4012;
    public const int GetInbandFec = 4013;
    public const int SetPacketLossPercent = 4014;
    public const int GetPacketLossPercent = 4015;
    public const int SetDtx = 4016;
    public const int GetDtx = 4017;
    public const int SetPredictionDisabled = 4042;
    public const int GetPredictionDisabled = 4043;

    [LibraryImport(OpusLibrary.Name, EntryPoint = "opus_encoder_get_size")]
    public static partial int EncoderSize(int channels);

    [LibraryImport(OpusLibrary.Name, EntryPoint = "opus_encoder_init")]
    public static partial int EncoderInit(OpusState state, int sampleRateHz, int channels, int application);

    [LibraryImport(OpusLibrary.Name, EntryPoint = "opus_encode")]
    public static partial int Encode(OpusState state, ref short pcm, int samples, ref byte packet, int room);

    [LibraryImport(OpusLibrary.Name, EntryPoint = "opus_encoder_ctl")]
    public static partial int EncoderSet(OpusState state, int request, int value);

    [LibraryImport(OpusLibrary.Name, EntryPoint = "opus_encoder_ctl")]
    public static partial int EncoderGet(OpusState state, int request, out int value);

    [LibraryImport(OpusLibrary.Name, EntryPoint = "opus_decoder_get_size")]
    public static partial int DecoderSize(int channels);

    [LibraryImport(OpusLibrary.Name, EntryPoint = "opus_decoder_init")]
    public static partial int DecoderInit(OpusState state, int sampleRateHz, int channels);

    [LibraryImport(OpusLibrary.Name, EntryPoint = "opus_decoder_ctl")]
    public static partial int DecoderReset(OpusState state, int request);

    [LibraryImport(OpusLibrary.Name, EntryPoint = "opus_decode")]
    public static partial int Decode(OpusState state, ref byte packet, int length, ref short pcm, int samples, int isFec);
}
