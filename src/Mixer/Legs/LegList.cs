namespace PhoneBridge.Mixer.Legs;

/// <summary>A list of legs in which each knows its place, so that one goes without a search.</summary>
internal static class LegList
{
    /// <summary>Takes one leg out; the last takes its place.</summary>
    public static void RemoveAt(List<LegStream> legs, int index)
    {
        LegStream last = legs[^1];
        legs[index] = last;
        last.Index = index;
        legs.RemoveAt(legs.Count - 1);
    }
}
