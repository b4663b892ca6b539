using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>
/// The way from one phone of a load to the bridge: each packet is delayed by whole milliseconds drawn evenly from 0 to the jitter,
/// and by as much more as keeps it from overtaking the one before, as in a queue; and a share is lost at random. Seeded, allocates
/// nothing per packet.
/// </summary>
/// <param name="jitterMs">Largest delay [ms]; 0 sends at once.</param>
/// <param name="loss">Share lost, 0 to 1.</param>
/// <param name="seed">Same seed, same fate.</param>
internal sealed class PacketDelay(int jitterMs, double loss, int seed)
{
    // More than can be under way: one packet comes each 20 ms.
    private readonly Pending[] _pending = [.. Enumerable.Range(0, (jitterMs / LoadLoop.PeriodMs) + 8).Select(_ => new Pending())];
    private readonly Random _random = new(seed);
    private int _first, _count;
    private long _lastLeaves;

    /// <summary>Whether anything is delayed at all.</summary>
    public bool IsDelayed => jitterMs > 0;

    /// <summary>Whether the next packet is lost.</summary>
    /// <param name="mayBeLost">False for a packet that must arrive, because something is measured by it.</param>
    public bool IsLost(bool mayBeLost) => loss > 0 && _random.NextDouble() < loss && mayBeLost;

    /// <summary>Takes a packet.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="isMarker">It carries the marker.</param>
    /// <param name="slot">Slot now [ms].</param>
    /// <returns>The slot at which <see cref="Take"/> gives it.</returns>
    public long Put(ReadOnlySpan<byte> packet, bool isMarker, long slot)
    {
        if (_count == _pending.Length)
        {
            Take();         // only after a long pause of the generator's own
        }

        Pending next = _pending[(_first + _count++) % _pending.Length];
        packet.CopyTo(next.Bytes);
        (next.Length, next.IsMarker, next.DueAt) = (packet.Length, isMarker, MonotonicTime.Now);
        return _lastLeaves = Math.Max(_lastLeaves, slot + _random.Next(0, jitterMs + 1));
    }

    /// <summary>Gives the oldest packet under way; null when there is none.</summary>
    public Pending? Take()
    {
        if (_count == 0)
        {
            return null;
        }

        Pending oldest = _pending[_first];
        _first = (_first + 1) % _pending.Length;
        _count--;
        return oldest;
    }

    /// <summary>A packet under way.</summary>
    internal sealed class Pending
    {
        /// <summary>The packet, and room behind it.</summary>
        public byte[] Bytes { get; } = new byte[1600];

        /// <summary>Its length.</summary>
        public int Length { get; set; }

        /// <summary>It carries the marker.</summary>
        public bool IsMarker { get; set; }

        /// <summary>When it would have been sent without delay.</summary>
        public TimeSpan DueAt { get; set; }
    }
}
