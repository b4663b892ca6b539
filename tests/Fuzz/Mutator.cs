namespace PhoneBridge.Fuzz;

/// <summary>Something that takes hostile bytes. It must return for every input; an exception is a finding.</summary>
public delegate void FuzzInput(ReadOnlySpan<byte> input);

/// <summary>Makes new inputs of known ones; the same seed gives the same sequence.</summary>
public sealed class Mutator(IReadOnlyList<byte[]> corpus, int seed)
{
    private const int MaxLength = 70_000;

    // Pieces that matter to text protocols, and numbers at the edges of integers.
    private static readonly byte[][] Pieces =
    [
        [.. ";"u8], [.. ","u8], [.. "\r\n"u8], [.. "\r\n\r\n"u8], [.. "\n"u8], [.. "\r"u8], [.. " "u8], [.. "\t"u8], [.. "<"u8], [.. ">"u8], [.. "\""u8], [.. "\\"u8],
        [.. "%00"u8], [.. "%"u8], [.. "%zz"u8], [.. ":"u8], [.. "@"u8], [.. "["u8], [.. "]"u8], [.. "[::1]"u8], [.. "="u8], [.. "?"u8], [.. "/"u8], [.. "--"u8], [.. "\0"u8], [.. "\xff"u8],
        [.. "SIP/2.0"u8], [.. "sip:"u8], [.. "tel:+"u8], [.. "Via: SIP/2.0/UDP a\r\n"u8], [.. "Content-Length: "u8], [.. "l:0\r\n"u8], [.. "a="u8], [.. "m=audio 1 RTP/AVP 0\r\n"u8],
        [.. "-1"u8], [.. "0"u8], [.. "255"u8], [.. "65535"u8], [.. "65536"u8], [.. "2147483647"u8], [.. "2147483648"u8], [.. "4294967295"u8], [.. "4294967296"u8], [.. "18446744073709551616"u8],
        [.. "é"u8], [.. "\ufeff"u8], [.. "😀"u8], [0xc3], [0xf0, 0x9f],
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        List<byte> input = [.. corpus[_random.Next(corpus.Count)]];
        do
        {
            Change(input);
        }
        while (_random.Next(2) == 0);       // mostly few changes: most inputs should get past the first check

        return [.. input.Count > MaxLength ? input[..MaxLength] : input];
    }

    private void Change(List<byte> input)
    {
        int at = _random.Next(input.Count + 1);
        int length = Math.Min(_random.Next(1, 32), input.Count - at);
        switch (_random.Next(8))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = (byte)_random.Next(256);
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                input.InsertRange(at, input.GetRange(at, length));
                break;
            case 4:
                byte[] other = corpus[_random.Next(corpus.Count)];
                int from = _random.Next(other.Length + 1);
                input.InsertRange(at, other.AsSpan(from, Math.Min(_random.Next(200), other.Length - from)).ToArray());
                break;
            case 5 when _random.Next(8) == 0:
                input.RemoveRange(at, input.Count - at);
                break;
            case 6 when _random.Next(64) == 0:
                input.InsertRange(at, Enumerable.Repeat(input.Count > 0 ? input[at % input.Count] : (byte)'a', _random.Next(20_000)));
                break;
            default:
                byte[] piece = Pieces[_random.Next(Pieces.Length)];
                if (_random.Next(2) == 0)
                {
                    input.RemoveRange(at, Math.Min(piece.Length, input.Count - at));
                }

                input.InsertRange(at, piece);
                break;
        }
    }
}
