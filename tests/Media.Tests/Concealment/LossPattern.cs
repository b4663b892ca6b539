namespace PhoneBridge.Media.Tests.Concealment;

/// <summary>Which packets a line loses.</summary>
internal static class LossPattern
{
    /// <summary>A line of two states (Gilbert): in the bad one everything is lost.</summary>
    /// <param name="packets">How many.</param>
    /// <param name="share">Share of packets lost in the long run, 0 to 1.</param>
    /// <param name="burst">Mean length of a run of lost packets; 1 stands for losses that know nothing of each other.</param>
    /// <param name="seed">Seed.</param>
    public static bool[] Gilbert(int packets, double share, double burst, int seed)
    {
        Random random = new(seed);
        double leaves = 1 / burst;
        double enters = share / (1 - share) * leaves;
        bool[] lost = new bool[packets];
        for (int i = 1; i < packets; i++)
        {
            lost[i] = burst <= 1 ? random.NextDouble() < share
                : lost[i - 1] ? random.NextDouble() >= leaves
                : random.NextDouble() < enters;
        }

        return lost;
    }
}
