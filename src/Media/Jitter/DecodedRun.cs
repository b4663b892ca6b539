namespace PhoneBridge.Media.Jitter;

/// <summary>Samples that were decoded and not yet read. Owned by one jitter buffer; a struct that must not be copied.</summary>
/// <param name="room">Longest run [samples].</param>
internal struct DecodedRun(int room)
{
    private readonly short[] _pcm = new short[room];
    private int _start;

    /// <summary>How many wait [samples].</summary>
    public int Count { get; private set; }

    /// <summary>Where the next packet is decoded to, once nothing waits.</summary>
    public readonly Span<short> Room => _pcm;

    /// <summary>Says which part of <see cref="Room"/> was written and is to be read.</summary>
    public void Set(int start, int count)
    {
        _start = start;
        Count = count;
    }

    /// <summary>Forgets what waits.</summary>
    public void Clear() => Count = 0;

    /// <summary>Reads as much as there is and as there is room for.</summary>
    /// <returns>How many samples were read.</returns>
    public int Read(Span<short> pcm)
    {
        int count = Math.Min(Count, pcm.Length);
        _pcm.AsSpan(_start, count).CopyTo(pcm);
        Skip(count);
        return count;
    }

    /// <summary>Leaves out samples, as many as there are at most.</summary>
    public void Skip(long samples)
    {
        int count = (int)Math.Min(samples, Count);
        _start += count;
        Count -= count;
    }

    /// <summary>Puts samples in front of those that wait.</summary>
    public void PutBack(ReadOnlySpan<short> pcm)
    {
        if (_start < pcm.Length)
        {
            _pcm.AsSpan(_start, Count).CopyTo(_pcm.AsSpan(pcm.Length));
            _start = pcm.Length;
        }

        _start -= pcm.Length;
        Count += pcm.Length;
        pcm.CopyTo(_pcm.AsSpan(_start));
    }
}
