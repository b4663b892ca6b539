namespace PhoneBridge.Sip.Tests.Torture;

/// <summary>The table of <c>messages/README.md</c>: what the bridge does with each message.</summary>
internal static class TortureTable
{
    private const int Columns = 5;

    /// <summary>One message.</summary>
    /// <param name="Name">The file's name without its ending.</param>
    /// <param name="Datagram">Final statuses on a datagram, or <c>dropped</c>.</param>
    /// <param name="Stream">The same on a stream, with <c>closed</c> behind them, or <c>waits</c>.</param>
    internal sealed record Row(string Name, string Datagram, string Stream);

    public static IReadOnlyList<Row> Rows { get; } =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Torture", "messages", "README.md"))
            .Where(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == Columns && cells[1].Any(char.IsAsciiDigit))
            .Select(cells => new Row(cells[0], cells[3], cells[4])),
    ];
}
