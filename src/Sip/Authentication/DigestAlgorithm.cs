using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Digests;

namespace PhoneBridge.Sip.Authentication;

/// <summary>The algorithms of digest authentication that are answered (RFC 7616 §6.1, RFC 8760 §2.1), the weakest hash first.</summary>
public enum DigestAlgorithm
{
    /// <summary><c>MD5</c>; also meant when a challenge names none.</summary>
    Md5,

    /// <summary><c>MD5-sess</c>.</summary>
    Md5Session,

    /// <summary><c>SHA-256</c>.</summary>
    Sha256,

    /// <summary><c>SHA-256-sess</c>.</summary>
    Sha256Session,

    /// <summary><c>SHA-512-256</c>: SHA-512/256 of FIPS 180-4, which is not SHA-512 cut short.</summary>
    Sha512To256,

    /// <summary><c>SHA-512-256-sess</c>.</summary>
    Sha512To256Session,
}

/// <summary>Names, strength and hashes of the algorithms.</summary>
internal static class DigestAlgorithms
{
    private static readonly (string Name, DigestAlgorithm Algorithm)[] Names =
    [
        ("MD5", DigestAlgorithm.Md5),
        ("MD5-sess", DigestAlgorithm.Md5Session),
        ("SHA-256", DigestAlgorithm.Sha256),
        ("SHA-256-sess", DigestAlgorithm.Sha256Session),
        ("SHA-512-256", DigestAlgorithm.Sha512To256),
        ("SHA-512-256-sess", DigestAlgorithm.Sha512To256Session),
    ];

    /// <summary>Reads a name, without regard to case.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out DigestAlgorithm algorithm)
    {
        foreach ((string known, DigestAlgorithm value) in Names)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                algorithm = value;
                return true;
            }
        }

        algorithm = default;
        return false;
    }

    extension(DigestAlgorithm algorithm)
    {
        /// <summary>As written in headers.</summary>
        public string WireName => Names[(int)algorithm].Name;

        /// <summary>True for the <c>-sess</c> forms, whose key depends on both nonces.</summary>
        public bool IsSession => ((int)algorithm & 1) != 0;

        /// <summary>Rises with the strength of the hash; both forms of one hash are equal.</summary>
        public int Strength => (int)algorithm >> 1;

        /// <summary>The hash of the text's UTF-8 bytes, in lower case hexadecimal.</summary>
        public string Hash(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            return Convert.ToHexStringLower(algorithm.Strength switch
            {
#pragma warning disable CA5351 // MD5 is what most registrars ask for; a stronger algorithm is taken whenever one is offered.
                0 => MD5.HashData(bytes),
#pragma warning restore CA5351
                1 => SHA256.HashData(bytes),
                _ => HashSha512To256(bytes),
            });
        }
    }

    private static byte[] HashSha512To256(byte[] bytes)
    {
        Sha512tDigest digest = new(bitLength: 256);
        digest.BlockUpdate(bytes, 0, bytes.Length);
        byte[] hash = new byte[digest.GetDigestSize()];
        digest.DoFinal(hash, 0);
        return hash;
    }
}
