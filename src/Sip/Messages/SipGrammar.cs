using System.Buffers;
using System.Text;

namespace PhoneBridge.Sip.Messages;

/// <summary>The small pieces of RFC 3261 §25 that every header is made of, on unfolded text. Nothing here throws.</summary>
internal static class SipGrammar
{
    private static readonly SearchValues<char> TokenChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~");

    /// <summary>token of RFC 3261 §25.1, at least one character.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenChars);

    /// <summary>Without the blanks and tabs at both ends; unlike <c>Trim()</c> it takes no other white space.</summary>
    public static ReadOnlySpan<char> TrimBlanks(ReadOnlySpan<char> text) => text.Trim(" \t");

    /// <summary>A decimal number without sign, at most <paramref name="max"/>; leading zeros are allowed (RFC 4475 §3.1.1.1).</summary>
    public static bool TryParseNumber(ReadOnlySpan<char> text, uint max, out uint value)
    {
        value = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        ulong sum = 0;
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            sum = (sum * 10) + (uint)(c - '0');
            if (sum > max)
            {
                return false;
            }
        }

        value = (uint)sum;
        return true;
    }

    /// <summary>
    /// Index of the first of two separators outside quoted strings and outside angle brackets, or -1.
    /// An unclosed quote or bracket hides everything behind it.
    /// </summary>
    public static int IndexOfSeparator(ReadOnlySpan<char> text, char separator)
    {
        bool isInBrackets = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '"')
            {
                int length = QuotedLength(text[i..]);
                if (length == 0)
                {
                    return -1;
                }

                i += length - 1;
            }
            else if (c == '<')
            {
                isInBrackets = true;
            }
            else if (c == '>')
            {
                isInBrackets = false;
            }
            else if (c == separator && !isInBrackets)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Adds the elements of a comma-separated list, trimmed, in order; empty elements are kept for the caller to judge.</summary>
    public static void SplitList(string value, List<string> elements)
    {
        ReadOnlySpan<char> rest = value;
        while (true)
        {
            int comma = IndexOfSeparator(rest, ',');
            if (comma < 0)
            {
                ReadOnlySpan<char> last = TrimBlanks(rest);
                elements.Add(last.Length == value.Length ? value : last.ToString());
                return;
            }

            elements.Add(TrimBlanks(rest[..comma]).ToString());
            rest = rest[(comma + 1)..];
        }
    }

    /// <summary>Length of the quoted string at the start of the text with both quotes, 0 when it is not closed.</summary>
    public static int QuotedLength(ReadOnlySpan<char> text)
    {
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i + 1;
            }
        }

        return 0;
    }

    /// <summary>The content of a quoted string, its quoted pairs resolved; other text comes back as it is.</summary>
    public static string Unquote(string text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"')
        {
            return text;
        }

        ReadOnlySpan<char> inner = text.AsSpan(1, text.Length - 2);
        if (!inner.Contains('\\'))
        {
            return inner.ToString();
        }

        StringBuilder plain = new(inner.Length);
        for (int i = 0; i < inner.Length; i++)
        {
            if (inner[i] == '\\' && i + 1 < inner.Length)
            {
                i++;
            }

            plain.Append(inner[i]);
        }

        return plain.ToString();
    }

    /// <summary>Puts text between quotes and escapes what a quoted string cannot hold (RFC 3261 §25.1).</summary>
    public static string Quote(string text)
    {
        StringBuilder quoted = new(text.Length + 2);
        quoted.Append('"');
        foreach (char c in text)
        {
            if (c is '"' or '\\' || (c < ' ' && c != '\t') || c == '\x7f')
            {
                quoted.Append('\\');
            }

            quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Refuses what would end a header line early: such text from our own side is a programming mistake.</summary>
    /// <exception cref="ArgumentException">The text holds a line break.</exception>
    public static void ThrowIfLineBreak(string? text, string parameter)
    {
        if (text is not null && text.AsSpan().ContainsAny('\r', '\n'))
        {
            throw new ArgumentException("A SIP element cannot hold a line break.", parameter);
        }
    }
}
