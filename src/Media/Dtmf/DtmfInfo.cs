using System.Text;

namespace PhoneBridge.Media.Dtmf;

/// <summary>Reads a key out of the body of a SIP INFO request. Thread safe: no state.</summary>
public static class DtmfInfo
{
    private const int MaxBodyLength = 256;

    /// <summary>Reads the two usual forms: <c>application/dtmf-relay</c> ("Signal=5" and other lines) and <c>application/dtmf</c> (the bare key).</summary>
    /// <param name="contentType">The request's Content-Type; parameters are ignored.</param>
    /// <param name="body">The body. Network input: never throws.</param>
    /// <param name="key">0-9, * or #. Blanks and lower case are tolerated, 10 and 11 stand for * and #.</param>
    /// <returns>False for another type, a broken body, flash and A to D: answer 200 all the same when the type is one of the two.</returns>
    public static bool TryParse(ReadOnlySpan<char> contentType, ReadOnlySpan<byte> body, out char key)
    {
        key = '\0';
        if (body.Length > MaxBodyLength)
        {
            return false;
        }

        int parameters = contentType.IndexOf(';');
        ReadOnlySpan<char> type = (parameters < 0 ? contentType : contentType[..parameters]).Trim();
        if (type.Equals("application/dtmf", StringComparison.OrdinalIgnoreCase))
        {
            return TryReadKey(body, out key);
        }

        return type.Equals("application/dtmf-relay", StringComparison.OrdinalIgnoreCase) && TryReadRelay(body, out key);
    }

    private static bool TryReadRelay(ReadOnlySpan<byte> body, out char key)
    {
        key = '\0';
        while (!body.IsEmpty)
        {
            int end = body.IndexOfAny((byte)'\r', (byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? body : body[..end];
            int equals = line.IndexOf((byte)'=');
            if (equals >= 0 && Ascii.EqualsIgnoreCase(Trim(line[..equals]), "signal"u8))
            {
                return TryReadKey(line[(equals + 1)..], out key);
            }

            body = end < 0 ? default : body[(end + 1)..];
        }

        return false;
    }

    private static bool TryReadKey(ReadOnlySpan<byte> text, out char key)
    {
        key = Trim(text) switch
        {
            [var one and (>= (byte)'0' and <= (byte)'9' or (byte)'*' or (byte)'#')] => (char)one,
            [(byte)'1', (byte)'0'] => '*',
            [(byte)'1', (byte)'1'] => '#',
            _ => '\0',
        };
        return key != '\0';
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);
}
