namespace PhoneBridge.Bridge.Trunks.Locating;

/// <summary>The order in which the hosts of a service are tried (RFC 2782): by priority, among equals drawn by weight.</summary>
internal static class ServiceOrder
{
    /// <summary>Orders them.</summary>
    /// <param name="services">The hosts as the name server gave them.</param>
    /// <param name="draw">A random whole number from 0 to its argument, both inclusive.</param>
    public static IEnumerable<NameRecord.Service> Of(IEnumerable<NameRecord.Service> services, Func<int, int> draw)
    {
        foreach (IGrouping<int, NameRecord.Service> equals in services.GroupBy(s => s.Priority).OrderBy(g => g.Key))
        {
            // Those of weight 0 first, so that they have a small chance (RFC 2782, "Usage rules").
            List<NameRecord.Service> left = [.. equals.OrderBy(s => s.Weight != 0)];
            while (left.Count > 0)
            {
                int drawn = draw(left.Sum(s => s.Weight));
                int index = 0;
                for (int sum = left[0].Weight; sum < drawn; sum += left[index].Weight)
                {
                    index++;
                }

                yield return left[index];
                left.RemoveAt(index);
            }
        }
    }
}
