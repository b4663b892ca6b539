using System.Text;

namespace PhoneBridge.Fuzz;

/// <summary>
/// Makes new messages and descriptions of known ones with a knowledge of their grammar: lines, lists, folds, parameters, numbers,
/// quotes, bodies in bodies. Most results are still read far; the same seed gives the same sequence.
/// </summary>
public sealed class LineMutator(IReadOnlyList<byte[]> corpus, int seed)
{
    private const int MaxLength = 70_000;
    private const int MaxDepth = 20;

    private static readonly string[] Numbers =
    [
        "", "-1", "0", "00000000000000000000", "1", "255", "256", "65535", "65536", "2147483647", "2147483648", "4294967295", "4294967296",
        "9223372036854775808", "18446744073709551616", "1e9", "0x10", "٣", "99999999999999999999999999999999999999999",
    ];

    private static readonly string[] Breaks = ["\r\n", "\n", "\r", "\n\r", "\r\r\n", "\r\n ", "\r\n\t \t", "\r\n\r\n", "\0\r\n"];

    private static readonly string[] Marks =
    [
        ",", ",,", ";", ";;", ";=", "=", "\"", "\\", "\"\"", "\\\"", "<", ">", "<>", "<<", ":", "::", "[", "]", "@", "%", "%0", "%00", "?", "&", "(", ")", "(())", "/", "*", " ", "\t",
        "\0", "\x7f", "\x1b[31m", "\xc0\xaf", "\xed\xa0\x80", "\xe2\x80\xae", "\xef\xbb\xbf", "\xff\xfe", "\xf4\x90\x80\x80", "\xc3", "\x85",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        string text = Encoding.Latin1.GetString(Pick(corpus));
        do
        {
            text = Change(text);
        }
        while (_random.Next(2) == 0);

        return Encoding.Latin1.GetBytes(text.Length > MaxLength ? text[..MaxLength] : text);
    }

    private string Change(string text)
    {
        if (_random.Next(12) == 0)
        {
            return ChangeBody(text);
        }

        List<string> lines = [.. text.Split("\r\n")];
        int at = _random.Next(lines.Count);
        int other = _random.Next(lines.Count);
        string line = lines[at];
        int place = _random.Next(line.Length + 1);
        switch (_random.Next(14))
        {
            case 0:
                lines.InsertRange(other, Enumerable.Repeat(line, Bomb(few: 2, many: 200)));
                break;
            case 1:
                (lines[at], lines[other]) = (lines[other], line);
                break;
            case 2:
                lines.RemoveAt(at);
                break;
            case 3:
                lines[at] = line[..place];
                break;
            case 4:
                lines[at] = ChangeNumber(line);
                break;
            case 5:
                lines[at] = $"{line},{ValueOf(Pick(lines))}";
                break;
            case 6:
                lines[at] = line.Insert(place, Pick(Breaks));
                break;
            case 7:
                lines[at] = line + string.Concat(Enumerable.Range(0, Bomb(few: 3, many: 3000)).Select(i => $";p{i % 1000}=\"{Pick(Numbers)}\""));
                break;
            case 8:
                lines[at] = line.Insert(place, Pick(Marks));
                break;
            case 9:
                lines[at] = NameOf(line) + Pick([":", " :", "\t: ", "", "::"]) + ValueOf(Pick(lines));
                break;
            case 10:
                string source = Encoding.Latin1.GetString(Pick(corpus));
                lines.Insert(at, Pick(source.Split("\r\n")));
                break;
            case 11:
                lines[at] = _random.Next(2) == 0 ? line.ToUpperInvariant() : line.ToLowerInvariant();
                break;
            case 12:
                lines[at] = line.Insert(place, new string(Pick(Marks)[0], Bomb(few: 4, many: 20_000)));
                break;
            default:
                return _random.Next(8) == 0 ? text.Replace("\r\n", Pick(Breaks), StringComparison.Ordinal) : text.Insert(_random.Next(text.Length + 1), Pick(Marks));
        }

        return string.Join("\r\n", lines);
    }

    // Mostly few, so that limits are passed only now and then.
    private int Bomb(int few, int many) => _random.Next(16) == 0 ? _random.Next(many) : _random.Next(1, few + 1);

    private string ChangeNumber(string line)
    {
        int[] digits = [.. Enumerable.Range(0, line.Length).Where(i => char.IsAsciiDigit(line[i]) && (i == 0 || !char.IsAsciiDigit(line[i - 1])))];
        if (digits.Length == 0)
        {
            return line + Pick(Numbers);
        }

        int start = Pick(digits);
        int end = start;
        while (end < line.Length && char.IsAsciiDigit(line[end]))
        {
            end++;
        }

        return line[..start] + Pick(Numbers) + line[end..];
    }

    // The body becomes the innermost of several, or the body of another message; the length is right, wrong or missing.
    private string ChangeBody(string text)
    {
        int split = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string head = split < 0 ? text : text[..split];
        string body = split < 0 ? "" : text[(split + 4)..];
        string type = "application/sdp";
        int depth = _random.Next(3) == 0 ? _random.Next(MaxDepth) : _random.Next(1, 3);
        for (int i = 0; i < depth && body.Length < MaxLength; i++)
        {
            string boundary = _random.Next(4) == 0 ? "b" : $"b{i}";
            string part = $"--{boundary}\r\nContent-Type: {type}\r\n\r\n{body}\r\n";
            body = string.Concat(Enumerable.Repeat(part, _random.Next(8) == 0 ? _random.Next(20) : 1)) + (_random.Next(6) == 0 ? "" : $"--{boundary}--\r\n");
            type = $"{Pick(["multipart/mixed", "multipart/alternative", "multipart/related"])};boundary={Pick([boundary, $"\"{boundary}\"", "", new string('b', 71)])}";
        }

        string[] kept =
        [
            .. head.Split("\r\n").Where(line => !line.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("l:", StringComparison.OrdinalIgnoreCase)),
        ];
        string length = _random.Next(4) == 0 ? Pick(Numbers) : $"{body.Length}";
        return string.Join("\r\n", kept) + $"\r\nContent-Type: {type}\r\n" + (_random.Next(8) == 0 ? "" : $"Content-Length: {length}\r\n") + $"\r\n{body}";
    }

    private static string NameOf(string line) => line[..Math.Max(0, line.AsSpan().IndexOfAny(':', '='))];

    private static string ValueOf(string line) => line[(line.AsSpan().IndexOfAny(':', '=') + 1)..];

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];
}
