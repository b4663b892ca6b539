using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace PhoneBridge.Testing.Phones;

/// <summary>One SIP message as a test phone sees it: lines, nothing more. Written apart from the bridge's own parser.</summary>
public sealed class SipWire
{
    private readonly List<(string Name, string Value)> _headers = [];

    private SipWire(string startLine) => StartLine = startLine;

    /// <summary>Request or status line.</summary>
    public string StartLine { get; }

    /// <summary>Body; empty for none.</summary>
    public string Body { get; private set; } = string.Empty;

    /// <summary>Status code of a response, else 0.</summary>
    public int Status { get; private init; }

    /// <summary>Method of a request; of a response the one in CSeq.</summary>
    public string Method { get; private set; } = string.Empty;

    /// <summary>Number in CSeq.</summary>
    public int Sequence { get; private set; }

    /// <summary>Whether this is a response.</summary>
    public bool IsResponse => Status != 0;

    /// <summary>First value of a header; null when it is not there.</summary>
    public string? this[string name] => _headers.Find(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>All values of a header, line by line.</summary>
    public IEnumerable<string> All(string name) =>
        _headers.Where(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value);

    /// <summary>Starts a request.</summary>
    public static SipWire Request(string method, string uri) => new($"{method} {uri} SIP/2.0") { Method = method };

    /// <summary>Starts the response to a request.</summary>
    public static SipWire Response(SipWire request, int status, string reason, string toTag)
    {
        SipWire response = new($"SIP/2.0 {status} {reason}") { Status = status, Method = request.Method };
        foreach ((string name, string value) in request._headers)
        {
            switch (name)
            {
                case "Via" or "From" or "Call-ID" or "CSeq" or "Record-Route":
                    response.Add(name, value);
                    break;
                case "To":
                    response.Add(name, value.Contains(";tag=", StringComparison.Ordinal) ? value : $"{value};tag={toTag}");
                    break;
            }
        }

        return response;
    }

    /// <summary>Adds a header line.</summary>
    public SipWire Add(string name, string value)
    {
        _headers.Add((name, value));
        return this;
    }

    /// <summary>Sets the body with its type.</summary>
    public SipWire WithBody(string contentType, string body)
    {
        Body = body;
        return Add("Content-Type", contentType);
    }

    /// <summary>The message as bytes.</summary>
    public byte[] Write()
    {
        StringBuilder text = new();
        text.Append(StartLine).Append("\r\n");
        foreach ((string name, string value) in _headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(Body)}\r\n\r\n").Append(Body);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Reads a datagram; false when it is no SIP message.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out SipWire? message)
    {
        message = null;
        string text = Encoding.UTF8.GetString(datagram);
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        string[] lines = text[..end].Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n");
        string[] start = lines[0].Split(' ', 3);
        if (start.Length < 3)
        {
            return false;
        }

        bool isResponse = start[0] == "SIP/2.0";
        SipWire read = new(lines[0])
        {
            Status = isResponse && int.TryParse(start[1], CultureInfo.InvariantCulture, out int status) ? status : 0,
            Body = text[(end + 4)..],
        };
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                read.Add(Long(line[..colon].Trim()), line[(colon + 1)..].Trim());
            }
        }

        string[] cseq = (read["CSeq"] ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (cseq.Length != 2 || read["Call-ID"] is null)
        {
            return false;
        }

        read.Sequence = int.Parse(cseq[0], CultureInfo.InvariantCulture);
        read.Method = isResponse ? cseq[1] : start[0];
        message = read;
        return true;
    }

    /// <summary>Value of a tag or branch parameter; null when it is not there.</summary>
    public static string? Parameter(string? header, string name)
    {
        int at = header?.IndexOf($";{name}=", StringComparison.OrdinalIgnoreCase) ?? -1;
        if (at < 0)
        {
            return null;
        }

        string rest = header![(at + name.Length + 2)..];
        int end = rest.IndexOfAny([';', '>', ',', ' ']);
        return end < 0 ? rest : rest[..end];
    }

    /// <summary>URI between angle brackets, or the whole before parameters.</summary>
    public static string Uri(string header)
    {
        int open = header.IndexOf('<', StringComparison.Ordinal);
        return open >= 0
            ? header[(open + 1)..header.IndexOf('>', StringComparison.Ordinal)]
            : header.Split(';')[0].Trim();
    }

    private static string Long(string name) => name.ToUpperInvariant() switch
    {
        "V" or "VIA" => "Via",
        "F" or "FROM" => "From",
        "T" or "TO" => "To",
        "I" or "CALL-ID" => "Call-ID",
        "M" => "Contact",
        "C" => "Content-Type",
        "L" => "Content-Length",
        "CSEQ" => "CSeq",
        _ => name,
    };
}
