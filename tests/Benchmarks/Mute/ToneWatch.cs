using PhoneBridge.Benchmarks.Load;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Benchmarks.Mute;

/// <summary>When each tone was heard last.</summary>
/// <param name="Arrivals">Arrival of the last packet with each tone; zero for one that was not heard.</param>
/// <param name="DistinctTicks">Different packets among them, of those heard.</param>
internal sealed record TonesEnd(IReadOnlyList<TimeSpan> Arrivals, int DistinctTicks);

/// <summary>Looks for tones in every A-law packet of a phone.</summary>
/// <param name="tones">Frequencies, multiples of 50 Hz [Hz].</param>
internal sealed class ToneWatch(double[] tones) : IPacketWatch
{
    private const double HeardDbov = -38;
    private const int FrameSamples = 160;

    private readonly Lock _gate = new();
    private readonly short[] _pcm = new short[FrameSamples];
    private readonly TimeSpan[] _arrivals = new TimeSpan[tones.Length];
    private readonly uint[] _timestamps = new uint[tones.Length];

    /// <inheritdoc/>
    public void OnPacket(ReadOnlySpan<byte> payload, uint timestamp, TimeSpan arrival)
    {
        if (payload.Length != FrameSamples)
        {
            return;
        }

        ALaw.Decode(payload, _pcm);
        lock (_gate)
        {
            for (int i = 0; i < tones.Length; i++)
            {
                if (Goertzel.MeasureDbov(_pcm, tones[i]) > HeardDbov)
                {
                    (_arrivals[i], _timestamps[i]) = (arrival, timestamp);
                }
            }
        }
    }

    /// <summary>What was heard since the last reading. Any thread.</summary>
    public TonesEnd Read()
    {
        lock (_gate)
        {
            TonesEnd read = new([.. _arrivals], _timestamps.Where((_, i) => _arrivals[i] != TimeSpan.Zero).Distinct().Count());
            Array.Clear(_arrivals);
            return read;
        }
    }
}
