using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace PhoneBridge.Sip.Messages;

/// <summary>Percent escapes of SIP URIs (RFC 3261 §19.1.2): resolved once, never twice (MSG4).</summary>
internal static class SipEscaping
{
    private const string Unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()";
    private static readonly SearchValues<char> UserChars = SearchValues.Create(Unreserved + "&=+$,;?/");
    private static readonly SearchValues<char> UnreservedChars = SearchValues.Create(Unreserved);

    /// <summary>True when every <c>%</c> is followed by two hexadecimal digits.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (int i = text.IndexOf('%'); i >= 0 && i < text.Length; i++)
        {
            if (text[i] == '%' && (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Resolves escapes; <c>%00</c> gives a NUL inside the string and shortens nothing (MSG7). The octets are UTF-8, or
    /// Latin-1 when they are not valid UTF-8, so that different texts stay different.
    /// </summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('%'))
        {
            return text;
        }

        byte[] octets = Encoding.UTF8.GetBytes(text);
        int length = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            if (octets[i] == '%' && TryHex(octets.AsSpan(i + 1), out byte value))
            {
                octets[length++] = value;
                i += 2;
            }
            else
            {
                octets[length++] = octets[i];
            }
        }

        return SipText.Decode(octets.AsSpan(0, length));
    }

    /// <summary>Escapes what the user part of a URI cannot hold as it is.</summary>
    public static string EscapeUser(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(UserChars))
        {
            return text;
        }

        StringBuilder escaped = new(text.Length + 8);
        foreach (byte octet in Encoding.UTF8.GetBytes(text))
        {
            if (octet < 0x80 && UserChars.Contains((char)octet))
            {
                escaped.Append((char)octet);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
            }
        }

        return escaped.ToString();
    }

    /// <summary>One spelling for comparing: escapes of unreserved characters resolved, the others in upper case (§19.1.4).</summary>
    public static string ForComparison(string text)
    {
        if (!text.Contains('%'))
        {
            return text;
        }

        StringBuilder plain = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%' || !TryHex(text.AsSpan(i + 1), out byte value))
            {
                plain.Append(text[i]);
                continue;
            }

            i += 2;
            bool isPlain = UnreservedChars.Contains((char)value);
            _ = isPlain ? plain.Append((char)value) : plain.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return plain.ToString();
    }

    private static bool TryHex(ReadOnlySpan<char> text, out byte value)
    {
        value = 0;
        return text.Length >= 2
            && char.IsAsciiHexDigit(text[0])
            && char.IsAsciiHexDigit(text[1])
            && byte.TryParse(text[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryHex(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        return text.Length >= 2
            && char.IsAsciiHexDigit((char)text[0])
            && char.IsAsciiHexDigit((char)text[1])
            && byte.TryParse(text[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}

/// <summary>Text of the wire: UTF-8 (RFC 3261 §7); octets that are not valid UTF-8 are read as Latin-1, which old phones send.</summary>
internal static class SipText
{
    public static string Decode(ReadOnlySpan<byte> octets) => Utf8.IsValid(octets)
        ? Encoding.UTF8.GetString(octets)
        : Encoding.Latin1.GetString(octets);
}
