namespace PhoneBridge.Media.Srtp;

/// <summary>The crypto suites that are spoken.</summary>
public enum SrtpSuite
{
    /// <summary>AES_CM_128_HMAC_SHA1_80 (RFC 4568 §6.2.1): what everybody has.</summary>
    AesCm128HmacSha1Tag80,

    /// <summary>AES_CM_128_HMAC_SHA1_32 (RFC 4568 §6.2.2): a short tag on SRTP; SRTCP keeps 80 bits.</summary>
    AesCm128HmacSha1Tag32,

    /// <summary>AEAD_AES_128_GCM (RFC 7714).</summary>
    AeadAes128Gcm,

    /// <summary>AEAD_AES_256_GCM (RFC 7714).</summary>
    AeadAes256Gcm,
}

/// <summary>What the suites ask for.</summary>
public static class SrtpSuites
{
    /// <summary>Length of master key and salt together [bytes].</summary>
    public static int KeyLength(this SrtpSuite suite) => suite switch
    {
        SrtpSuite.AeadAes128Gcm => 16 + 12,
        SrtpSuite.AeadAes256Gcm => 32 + 12,
        _ => 16 + 14,
    };

    /// <summary>A suite of RFC 7714.</summary>
    public static bool IsGcm(this SrtpSuite suite) => suite is SrtpSuite.AeadAes128Gcm or SrtpSuite.AeadAes256Gcm;
}
