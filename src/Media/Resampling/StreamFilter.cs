namespace PhoneBridge.Media.Resampling;

/// <summary>The taps of one pair of rates, laid out for the kernels. Immutable, shared by all streams of the pair.</summary>
/// <remarks>
/// A lane is the shortest step that holds whole samples of both sides: 5 ms hold 40 of them in every pair. A lane takes
/// <see cref="Step"/> input samples and gives <see cref="Rows"/> output samples; a row is the whole filter of one output sample,
/// shifted to its place in the lane's window of <see cref="Window"/> input samples. So the kernels know nothing of phases.
/// </remarks>
internal sealed class StreamFilter
{
    /// <summary>Lanes in 5 ms.</summary>
    public const int LanesIn5Ms = 40;

    // 62 dB designed leaves 60 after rounding the taps to 14 or 15 bits.
    private const double StopBandDb = 62;

    private static readonly Lazy<StreamFilter> From8To16 = new(() => new StreamFilter(8000, 16000));
    private static readonly Lazy<StreamFilter> From16To8 = new(() => new StreamFilter(16000, 8000));
    private static readonly Lazy<StreamFilter> From8To48 = new(() => new StreamFilter(8000, 48000));
    private static readonly Lazy<StreamFilter> From48To8 = new(() => new StreamFilter(48000, 8000));
    private static readonly Lazy<StreamFilter> From16To48 = new(() => new StreamFilter(16000, 48000));
    private static readonly Lazy<StreamFilter> From48To16 = new(() => new StreamFilter(48000, 16000));

    private StreamFilter(int fromHz, int toHz)
    {
        int low = Math.Min(fromHz, toHz);
        int ratio = Math.Max(fromHz, toHz) / low;
        int up = toHz / low, down = fromHz / low;

        // Telephone band: flat to 3400 Hz, 60 dB from 4200 Hz on, so that what folds back lies above 3800 Hz.
        // Wide band: flat to 7000 Hz, 60 dB from 8250 Hz on, which takes a quarter more taps.
        bool isWide = low == 16000;
        int tapsAtLow = isWide ? 40 : 32;
        double cutOff = (isWide ? 7500.0 : 3730.0) / (low * ratio);

        Step = isWide ? (fromHz == 48000 ? 6 : 2) : fromHz / 8000;
        Rows = Step * up / down;
        Streams = Step == 6 ? 3 : 1;
        int taps = tapsAtLow * down; // input samples under one output sample
        int align = Math.Max(Step, 2);
        int history = taps - 1 - LastInput(0, up, down);
        Window = (history + Step + align - 1) / align * align;
        History = Window - Step;

        // One tap short of even: the middle of the filter falls on a sample.
        double[] prototype = Design(cutOff, (tapsAtLow * ratio) - 1);
        DelayMs = 1000.0 * (((prototype.Length - 1) / 2) - (down - 1)) / (low * ratio);
        Taps = new short[Rows * Window];
        Shift = Quantise(prototype, up, down, taps);
        Pairs = Reorder();
    }

    /// <summary>Input samples in a lane: 1, 2 or 6.</summary>
    public int Step { get; }

    /// <summary>Output samples in a lane: 1, 2 or 6.</summary>
    public int Rows { get; }

    /// <summary>Input samples under a lane's window; even, and of whole lanes when <see cref="Streams"/> is 3.</summary>
    public int Window { get; }

    /// <summary>Input samples before the frame that the first lane's window reaches back to.</summary>
    public int History { get; }

    /// <summary>3 when the window's pairs of samples must be dealt out to three streams to lie side by side from lane to lane.</summary>
    public int Streams { get; }

    /// <summary>Bits behind the point of the taps.</summary>
    public int Shift { get; }

    /// <summary>Constant delay at all frequencies [ms].</summary>
    public double DelayMs { get; }

    /// <summary>Row after row, oldest sample first.</summary>
    public short[] Taps { get; }

    /// <summary>The same, two taps in one number (the older one low), for each row stream after stream.</summary>
    public int[] Pairs { get; }

    /// <summary>The filter of a pair of rates, made when first asked for.</summary>
    public static StreamFilter For(int fromHz, int toHz) => (fromHz, toHz) switch
    {
        (8000, 16000) => From8To16.Value,
        (16000, 8000) => From16To8.Value,
        (8000, 48000) => From8To48.Value,
        (48000, 8000) => From48To8.Value,
        (16000, 48000) => From16To48.Value,
        (48000, 16000) => From48To16.Value,
        _ => throw new ArgumentException($"No stream is converted from {fromHz} to {toHz} Hz."),
    };

    /// <summary>Newest input sample that a row may use, counted from the lane's first.</summary>
    private static int LastInput(int row, int up, int down) => down > 1 ? (row * down) + down - 1 : row / up;

    private static double[] Design(double cutOff, int length)
    {
        double middle = (length - 1) / 2;
        double beta = KaiserSinc.Beta(StopBandDb);
        double[] taps = new double[length];
        for (int i = 0; i < length; i++)
        {
            taps[i] = KaiserSinc.Tap(cutOff, i - middle, middle + 1, beta);
        }

        return taps;
    }

    /// <summary>Rounds every row so that it adds up to exactly one: a steady level stays what it is, without ripple of the input's rate.</summary>
    /// <returns>The most bits with which no sum of products leaves 32 bits.</returns>
    private int Quantise(double[] prototype, int up, int down, int taps)
    {
        for (int shift = 15; ; shift--)
        {
            bool fits = true;
            for (int row = 0; row < Rows; row++)
            {
                int phase = row % up;
                int first = History + LastInput(row, up, down) - taps + 1;
                Span<short> rounded = Taps.AsSpan(row * Window, Window);
                fits &= TryRound(prototype, phase, up, rounded.Slice(first, taps), shift);
            }

            if (fits)
            {
                return shift;
            }
        }
    }

    private static bool TryRound(double[] prototype, int phase, int up, Span<short> row, int shift)
    {
        double sum = 0;
        for (int i = phase; i < prototype.Length; i += up)
        {
            sum += prototype[i];
        }

        int one = 1 << shift, total = 0, sizes = 0, largest = 0;
        for (int k = 0; k < row.Length; k++)
        {
            int at = phase + (up * (row.Length - 1 - k));
            double tap = at < prototype.Length ? prototype[at] * one / sum : 0;
            if (Math.Abs(tap) > short.MaxValue - row.Length)
            {
                return false;
            }

            row[k] = (short)Math.Round(tap);
            total += row[k];
            sizes += Math.Abs(row[k]);
            largest = row[k] > row[largest] ? k : largest;
        }

        row[largest] += (short)(one - total);
        return (long)(sizes + row.Length) * -short.MinValue < int.MaxValue - one;
    }

    private int[] Reorder()
    {
        int pairs = Window / 2;
        int[] reordered = new int[Rows * pairs];
        for (int row = 0; row < Rows; row++)
        {
            for (int pair = 0; pair < pairs; pair++)
            {
                int at = (row * Window) + (2 * pair);
                int place = (pair % Streams * (pairs / Streams)) + (pair / Streams);
                reordered[(row * pairs) + place] = (ushort)Taps[at] | (Taps[at + 1] << 16);
            }
        }

        return reordered;
    }
}
