using System.Buffers;
using System.Text;

namespace PhoneBridge.Bridge.Api.Calls;

/// <summary>Writes a table as RFC 4180 says, safe to be opened by a spreadsheet.</summary>
internal static class CsvText
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",\r\n");

    /// <summary>Adds one line.</summary>
    public static void AddLine(StringBuilder text, ReadOnlySpan<string?> cells)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            if (i > 0)
            {
                text.Append(',');
            }

            AddCell(text, cells[i]);
        }

        text.Append("\r\n");
    }

    private static void AddCell(StringBuilder text, string? cell)
    {
        if (string.IsNullOrEmpty(cell))
        {
            return;
        }

        // A spreadsheet would take these for the beginning of a formula, which may send the table elsewhere.
        string safe = cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + cell : cell;
        if (safe.AsSpan().ContainsAny(Quoted))
        {
            text.Append('"').Append(safe.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            text.Append(safe);
        }
    }
}
