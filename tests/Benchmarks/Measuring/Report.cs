using System.Text;

namespace PhoneBridge.Benchmarks.Measuring;

/// <summary>A result as a table of two columns (Markdown), for the screen and for a file.</summary>
/// <param name="title">What was measured.</param>
internal sealed class Report(string title)
{
    private readonly List<(string Name, string Value)> _rows = [("machine", Machine.Describe())];

    /// <summary>Adds a row.</summary>
    public void Add(string name, string value) => _rows.Add((name, value));

    /// <summary>Prints it, and writes it to a file when one is named.</summary>
    public async Task WriteAsync(FileInfo? file)
    {
        int width = _rows.Max(row => row.Name.Length);
        StringBuilder text = new();
        text.Append("### ").AppendLine(title).AppendLine();
        text.Append("| ").Append("what".PadRight(width)).AppendLine(" | value |").Append('|').Append('-', width + 2).AppendLine("|---|");
        foreach ((string name, string value) in _rows)
        {
            text.Append("| ").Append(name.PadRight(width)).Append(" | ").Append(value).AppendLine(" |");
        }

        Console.WriteLine(text);
        if (file is not null)
        {
            file.Directory!.Create();
            await File.WriteAllTextAsync(file.FullName, text.ToString());
        }
    }
}
