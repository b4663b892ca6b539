using System.Globalization;
using System.Text.RegularExpressions;
using PhoneBridge.Testing.Bridges;

namespace PhoneBridge.Benchmarks.Measuring;

/// <summary>How late the media loops' slots began, as far as <c>/metrics</c> tells: a histogram when there is one, else the counters by class.</summary>
internal static partial class LatenessHistogram
{
    private const string Slots = "phonebridge_media_slots_total";

    /// <summary>Share of the slots between two readings that began more than 5 ms late; periods that were left out count as one slot each.</summary>
    public static double ShareOver5Ms(BridgeMetricsPage before, BridgeMetricsPage after)
    {
        double Moved(string name, string labels = "") => after.SumOrZero(name, labels) - before.SumOrZero(name, labels);
        double late = Moved(Slots, "over_5_ms") + Moved(Slots, "caught_up") + Moved("phonebridge_media_periods_skipped_total");
        return late / Math.Max(1, Moved(Slots));
    }

    /// <summary>Upper bound of the bucket in which a percentile lies [ms]; null when the bridge has no such histogram.</summary>
    /// <param name="before">Reading at the beginning.</param>
    /// <param name="after">Reading at the end.</param>
    /// <param name="share">0 to 1.</param>
    public static double? At(BridgeMetricsPage before, BridgeMetricsPage after, double share)
    {
        Dictionary<double, double> early = Read(before);
        (double Bound, double Count)[] buckets =
            [.. Read(after).Select(b => (b.Key, b.Value - early.GetValueOrDefault(b.Key))).OrderBy(b => b.Key)];
        if (buckets.Length == 0 || buckets[^1].Count <= 0)
        {
            return null;
        }

        return 1000 * buckets.First(b => b.Count >= share * buckets[^1].Count).Bound;
    }

    // Cumulative counts by upper bound [s], all loops together.
    private static Dictionary<double, double> Read(BridgeMetricsPage page)
    {
        Dictionary<double, double> buckets = [];
        foreach (Match match in Bucket().Matches(page.Text))
        {
            string text = match.Groups["le"].Value;
            double bound = text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);
            buckets[bound] = buckets.GetValueOrDefault(bound) + double.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture);
        }

        return buckets;
    }

    [GeneratedRegex("""^phonebridge_media_\w*lateness\w*_bucket\{[^}]*\ble="(?<le>[^"]+)"[^}]*\}\s+(?<count>[0-9.eE+]+)""", RegexOptions.Multiline)]
    private static partial Regex Bucket();
}
