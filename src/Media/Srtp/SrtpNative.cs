using System.Runtime.InteropServices;

namespace PhoneBridge.Media.Srtp;

/// <summary>The C functions of libsrtp2, as they are (srtp.h, version 2.5; the policy has been the same since 2.1).</summary>
internal static unsafe partial class SrtpNative
{
    public const int Ok = 0;
    public const int ReplayFail = 9;
    public const int ReplayOld = 10;

    public const int AnyInbound = 2;
    public const int AnyOutbound = 3;

    [LibraryImport(SrtpLibrary.Name, EntryPoint = "srtp_init")]
    public static partial int Init();

    [LibraryImport(SrtpLibrary.Name, EntryPoint = "srtp_crypto_policy_set_rtp_default")]
    public static partial void SetAesCm80(CryptoPolicy* policy);

    [LibraryImport(SrtpLibrary.Name, EntryPoint = "srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32")]
    public static partial void SetAesCm32(CryptoPolicy* policy);

    [LibraryImport(SrtpLibrary.Name, EntryPoint = "srtp_crypto_policy_set_aes_gcm_128_16_auth")]
    public static partial void SetAesGcm128(CryptoPolicy* policy);

    [LibraryImport(SrtpLibrary.Name, EntryPoint = "srtp_crypto_policy_set_aes_gcm_256_16_auth")]
    public static partial void SetAesGcm256(CryptoPolicy* policy);

    [LibraryImport(SrtpLibrary.Name, EntryPoint = "srtp_create")]
    public static partial int Create(out nint context, Policy* policy);

    [LibraryImport(SrtpLibrary.Name, EntryPoint = "srtp_dealloc")]
    public static partial int Destroy(nint context);

    [LibraryImport(SrtpLibrary.Name, EntryPoint = "srtp_protect")]
    public static partial int Protect(SrtpHandle context, byte* packet, int* length);

    [LibraryImport(SrtpLibrary.Name, EntryPoint = "srtp_protect_rtcp")]
    public static partial int ProtectRtcp(SrtpHandle context, byte* packet, int* length);

    [LibraryImport(SrtpLibrary.Name, EntryPoint = "srtp_unprotect_mki")]
    public static partial int Unprotect(SrtpHandle context, byte* packet, int* length, uint hasIdentifier);

    [LibraryImport(SrtpLibrary.Name, EntryPoint = "srtp_unprotect_rtcp_mki")]
    public static partial int UnprotectRtcp(SrtpHandle context, byte* packet, int* length, uint hasIdentifier);

    /// <summary>srtp_crypto_policy_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CryptoPolicy
    {
        public uint Cipher;
        public int CipherKeyLength;
        public uint Authentication;
        public int AuthenticationKeyLength;
        public int TagLength;
        public int Services;
    }

    /// <summary>srtp_master_key_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MasterKey
    {
        public byte* Key;
        public byte* Identifier;
        public uint IdentifierLength;
    }

    /// <summary>srtp_policy_t with the srtp_ssrc_t at its head.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Policy
    {
        public int SsrcType;
        public uint Ssrc;
        public CryptoPolicy Rtp;
        public CryptoPolicy Rtcp;
        public byte* Key;
        public MasterKey** Keys;
        public nuint KeyCount;
        public void* Deprecated;
        public nuint WindowSize;
        public int AllowsRepeatedSending;
        public int* EncryptedHeaders;
        public int EncryptedHeaderCount;
        public Policy* Next;
    }
}
