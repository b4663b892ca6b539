using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Sdp;

/// <summary>One <c>a=crypto</c> line that can be used (RFC 4568 §9.1): a key by which its writer sends.</summary>
/// <param name="Tag">Tells the lines of an offer apart, 0 to 999999999; the answer has that of the line it takes.</param>
/// <param name="Suite">The suite.</param>
/// <param name="Key">Master key and salt.</param>
public sealed record SdpCrypto(uint Tag, SdpCryptoSuite Suite, SdpCryptoKey Key)
{
    /// <summary>Name of the attribute.</summary>
    public const string AttributeName = "crypto";

    private const uint LargestTag = 999_999_999;
    private const int LongestIdentifier = 128;
    private const int MostSessionParameters = 8;
    private const string Inline = "inline:";

    /// <summary>Length of the master key identifier in the writer's packets [bytes], 1 to 128; 0: there is none.</summary>
    public int IdentifierLength { get; init; }

    /// <summary>Value of the identifier.</summary>
    public uint Identifier { get; init; }

    /// <summary>Reads the value of the attribute. Never throws: false when it is broken, or asks for something that we do not do.</summary>
    /// <remarks>
    /// Taken: one key, its lifetime (not watched: 2^48 packets are longer than any call), one master key identifier. Passed over: other
    /// suites, a key of the wrong length, several keys, and session parameters, which change what is sent (RFC 4568 §6.3); but for WSH,
    /// a hint, and what begins with a hyphen, which may be ignored.
    /// </remarks>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out SdpCrypto? crypto)
    {
        crypto = null;
        Span<Range> fields = stackalloc Range[3 + MostSessionParameters];
        int count = text.SplitAny(fields, " \t", StringSplitOptions.RemoveEmptyEntries);
        if (count < 3
            || !SipGrammar.TryParseNumber(text[fields[0]], LargestTag, out uint tag)
            || !SdpCryptoSuite.TryFind(text[fields[1]], out SdpCryptoSuite? suite))
        {
            return false;
        }

        foreach (Range parameter in fields[3..count])
        {
            // The last range holds all that is too many.
            ReadOnlySpan<char> one = text[parameter];
            if ((!one.StartsWith("WSH=", StringComparison.OrdinalIgnoreCase) && one[0] != '-') || one.ContainsAny(" \t"))
            {
                return false;
            }
        }

        ReadOnlySpan<char> method = text[fields[2]];
        return method.StartsWith(Inline, StringComparison.OrdinalIgnoreCase) && TryReadKey(method[Inline.Length..], tag, suite, out crypto);
    }

    /// <summary>The attribute's value, with the key. For a message body only.</summary>
    internal string Write() => string.Create(CultureInfo.InvariantCulture, $"{Tag} {Suite.Name} {Inline}{Convert.ToBase64String(Key.Reveal())}");

    // key||salt ["|" lifetime] ["|" MKI ":" length]
    private static bool TryReadKey(ReadOnlySpan<char> text, uint tag, SdpCryptoSuite suite, [NotNullWhen(true)] out SdpCrypto? crypto)
    {
        crypto = null;
        Span<Range> parts = stackalloc Range[4];
        int count = text.Split(parts, '|');
        if (count is 0 or 4 || text.Contains(';'))
        {
            return false;
        }

        (uint identifier, int identifierLength) = (0, 0);
        ReadOnlySpan<char> last = count > 1 ? text[parts[count - 1]] : default;
        bool hasIdentifier = last.Contains(':');
        if ((hasIdentifier && !TryReadIdentifier(last, out identifier, out identifierLength))
            || (count == 3 && !hasIdentifier)
            || (count - (hasIdentifier ? 1 : 0) == 2 && !IsLifetime(text[parts[1]]))
            || DecodeKey(text[parts[0]], suite) is not { } key)
        {
            return false;
        }

        crypto = new SdpCrypto(tag, suite, key) { IdentifierLength = identifierLength, Identifier = identifier };
        return true;
    }

    private static bool TryReadIdentifier(ReadOnlySpan<char> text, out uint value, out int length)
    {
        int colon = text.IndexOf(':');
        bool isRead = SipGrammar.TryParseNumber(text[(colon + 1)..], LongestIdentifier, out uint octets) && octets > 0;
        length = (int)octets;
        return SipGrammar.TryParseNumber(text[..colon], uint.MaxValue, out value) && isRead;
    }

    private static bool IsLifetime(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> number = text.StartsWith("2^") ? text[2..] : text;
        return !number.IsEmpty && !number.ContainsAnyExceptInRange('0', '9');
    }

    private static SdpCryptoKey? DecodeKey(ReadOnlySpan<char> text, SdpCryptoSuite suite)
    {
        // Some leave out the padding.
        ReadOnlySpan<char> bare = text.TrimEnd('=');
        Span<char> padded = stackalloc char[4 * ((SdpCryptoSuite.LongestKey + 2) / 3)];
        Span<byte> bytes = stackalloc byte[SdpCryptoSuite.LongestKey];
        if (bare.Length > padded.Length)
        {
            return null;
        }

        padded.Fill('=');
        bare.CopyTo(padded);
        bool isRead = Convert.TryFromBase64Chars(padded[..((bare.Length + 3) / 4 * 4)], bytes, out int length) && length == suite.KeyLength;
        SdpCryptoKey? key = isRead ? new SdpCryptoKey(bytes[..length]) : null;
        CryptographicOperations.ZeroMemory(bytes);
        padded.Clear();
        return key;
    }
}
