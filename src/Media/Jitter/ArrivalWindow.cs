namespace PhoneBridge.Media.Jitter;

/// <summary>One packet as the window keeps it.</summary>
/// <param name="Start">Its place on the sample axis.</param>
/// <param name="At">When it came [samples since the stream began].</param>
internal readonly record struct Arrival(long Start, long At)
{
    /// <summary>How far it lay behind the sender's time; only differences mean something [samples].</summary>
    public long Lateness => At - Start;
}

/// <summary>The last 128 arrivals of a stream. They do not depend on the delay that was played with, so they stay true when it changes.</summary>
internal sealed class ArrivalWindow
{
    private const int Length = 128;
    private readonly Arrival[] _arrivals = new Arrival[Length];
    private int _next;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them; 0 is the newest.</summary>
    public ref readonly Arrival this[int age] => ref _arrivals[(_next + Length - 1 - age) % Length];

    public void Clear() => Count = 0;

    /// <summary>Asks the processor for the memory that the next packet is noted in.</summary>
    public void FetchPlaceOfNext() => CacheLines.Fetch(ref _arrivals[_next], 1);

    /// <summary>Adds a packet. Of two that follow each other and start within <paramref name="least"/> samples the later one stays, so that short packets do not use it up.</summary>
    public void Add(Arrival arrival, int least)
    {
        if (Count > 0)
        {
            ref Arrival last = ref _arrivals[(_next + Length - 1) % Length];
            if (Math.Abs(arrival.Start - last.Start) < least)
            {
                last = arrival.Lateness > last.Lateness ? arrival : last;
                return;
            }
        }

        _arrivals[_next] = arrival;
        _next = (_next + 1) % Length;
        Count = Math.Min(Length, Count + 1);
    }
}
