using System.Globalization;

namespace PhoneBridge.Testing.Bridges;

/// <summary>One reading of <c>/metrics</c> (Prometheus text format).</summary>
public sealed class BridgeMetricsPage
{
    private readonly List<(string Name, string Labels, double Value)> _samples = [];

    /// <summary>The page as it was served.</summary>
    public required string Text { get; init; }

    /// <summary>Reads the page.</summary>
    public static async Task<BridgeMetricsPage> ReadAsync(Uri bridge)
    {
        // The exporter answers from its last collection for 300 ms: wait, or what just happened is not on the page.
        await Task.Delay(TimeSpan.FromMilliseconds(320));
        using HttpClient http = new() { BaseAddress = bridge, Timeout = TimeSpan.FromSeconds(10) };
        string text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        BridgeMetricsPage page = new() { Text = text };
        foreach (string line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            // name{label="value",…} 12.5 [timestamp]
            int brace = line.IndexOf('{', StringComparison.Ordinal);
            int close = line.LastIndexOf('}');
            string name = brace >= 0 ? line[..brace] : line.Split(' ')[0];
            string labels = brace >= 0 ? line[(brace + 1)..close] : string.Empty;
            string number = (brace >= 0 ? line[(close + 1)..] : line[name.Length..]).Trim().Split(' ')[0];
            page._samples.Add((name, labels, double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture)));
        }

        return page;
    }

    /// <summary>Sum over all label sets of a metric, optionally only those whose labels contain a text.</summary>
    /// <exception cref="KeyNotFoundException">The page has no such metric.</exception>
    public double Sum(string name, string labels = "")
    {
        double[] values = [.. _samples.Where(s => s.Name == name && s.Labels.Contains(labels, StringComparison.Ordinal)).Select(s => s.Value)];
        return values.Length > 0 ? values.Sum() : throw new KeyNotFoundException($"No metric {name} {labels}.");
    }

    /// <summary>As <see cref="Sum"/>; a metric that has not been counted yet is 0.</summary>
    public double SumOrZero(string name, string labels = "") =>
        _samples.Where(s => s.Name == name && s.Labels.Contains(labels, StringComparison.Ordinal)).Sum(s => s.Value);
}
