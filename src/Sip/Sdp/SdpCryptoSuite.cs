using System.Diagnostics.CodeAnalysis;

namespace PhoneBridge.Sip.Sdp;

/// <summary>A crypto suite of <c>a=crypto</c>: a name and how long its keys are. Those that we know are the fields; compared by reference.</summary>
public sealed class SdpCryptoSuite
{
    /// <summary>AES in counter mode with a tag of 80 bits (RFC 4568 §6.2.1).</summary>
    public static readonly SdpCryptoSuite AesCm80 = new("AES_CM_128_HMAC_SHA1_80", 30);

    /// <summary>The same with a tag of 32 bits (RFC 4568 §6.2.2).</summary>
    public static readonly SdpCryptoSuite AesCm32 = new("AES_CM_128_HMAC_SHA1_32", 30);

    /// <summary>AES-GCM with a key of 128 bits (RFC 7714 §14.2).</summary>
    public static readonly SdpCryptoSuite AesGcm128 = new("AEAD_AES_128_GCM", 28);

    /// <summary>AES-GCM with a key of 256 bits (RFC 7714 §14.2).</summary>
    public static readonly SdpCryptoSuite AesGcm256 = new("AEAD_AES_256_GCM", 44);

    /// <summary>All, in the order of our offers: the stronger first, the short tag last.</summary>
    public static readonly IReadOnlyList<SdpCryptoSuite> All = [AesGcm256, AesGcm128, AesCm80, AesCm32];

    /// <summary>Longest of the keys [bytes].</summary>
    internal const int LongestKey = 44;

    private SdpCryptoSuite(string name, int keyLength)
    {
        Name = name;
        KeyLength = keyLength;
    }

    /// <summary>As it stands in SDP.</summary>
    public string Name { get; }

    /// <summary>Length of master key and salt together [bytes].</summary>
    public int KeyLength { get; }

    /// <summary>Finds a suite by its name, whatever its case.</summary>
    public static bool TryFind(ReadOnlySpan<char> name, [NotNullWhen(true)] out SdpCryptoSuite? suite)
    {
        foreach (SdpCryptoSuite known in All)
        {
            if (name.Equals(known.Name, StringComparison.OrdinalIgnoreCase))
            {
                suite = known;
                return true;
            }
        }

        suite = null;
        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
