namespace PhoneBridge.Benchmarks.Pauses;

/// <summary>
/// Gives the collector work like that of a busy server: many small live objects that point at each other, some of them replaced all the
/// time, and short-lived garbage at a steady rate.
/// </summary>
internal sealed class CollectorLoad : IDisposable
{
    /// <summary>Live objects [MiB].</summary>
    public const int LiveMiB = 200;

    /// <summary>Garbage [MiB/s].</summary>
    public const int GarbageMiBPerSecond = 50;

    private const int ObjectBytes = 256, Objects = LiveMiB * 1024 * 1024 / ObjectBytes, Recent = 4096;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(5);

    private readonly Item[] _live = new Item[Objects];
    private readonly Item[] _recent = new Item[Recent];
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <summary>Makes what is live and starts to make garbage.</summary>
    public CollectorLoad()
    {
        for (int i = 0; i < Objects; i++)
        {
            _live[i] = new Item { Next = i > 0 ? _live[i / 2] : null };
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "garbage" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
    }

    private void Run()
    {
        Random random = new(1);
        int perTurn = (int)(GarbageMiBPerSecond * 1024 * 1024 / ObjectBytes * Turn.TotalSeconds);
        TimeSpan deadline = Deadline.Now;
        for (int n = 0; !_isStopping;)
        {
            for (int i = 0; i < perTurn; i++, n++)
            {
                Item made = new();
                _recent[n % Recent] = made;             // lives for some tens of milliseconds
                if (n % 50 == 0)
                {
                    int place = random.Next(Objects);   // and one in fifty stays: the oldest generation gets its share
                    made.Next = _live[random.Next(Objects)].Next;
                    _live[place] = made;
                }
            }

            deadline += Turn;
            Deadline.SleepUntil(deadline);
            deadline = Deadline.Now - deadline > Turn ? Deadline.Now : deadline;
        }
    }

    private sealed class Item
    {
        private readonly byte[] _bytes = new byte[ObjectBytes - 48];

        public Item? Next { get; set; }

        public int Length => _bytes.Length;
    }
}
