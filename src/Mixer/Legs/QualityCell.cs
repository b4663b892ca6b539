namespace PhoneBridge.Mixer.Legs;

/// <summary>The latest <see cref="LegQuality"/> of a leg: one writer that never waits and never allocates, any number of readers.</summary>
/// <remarks>A sequence lock: the version is odd while the value is being written, and a reader whose version moved reads again.</remarks>
internal sealed class QualityCell
{
    private LegQuality _value;
    private uint _version;

    /// <summary>Publishes a value. The leg's loop only.</summary>
    public void Write(in LegQuality value)
    {
        uint version = _version;
        Volatile.Write(ref _version, version + 1);
        Interlocked.MemoryBarrier();            // the odd version is seen before any part of the new value
        _value = value;
        Volatile.Write(ref _version, version + 2);
    }

    /// <summary>The latest value. Any thread.</summary>
    public LegQuality Read()
    {
        SpinWait spin = default;
        while (true)
        {
            uint before = Volatile.Read(ref _version);
            LegQuality value = _value;
            Interlocked.MemoryBarrier();        // the value is complete before the version is looked at again
            if ((before & 1) == 0 && before == Volatile.Read(ref _version))
            {
                return value;
            }

            spin.SpinOnce();
        }
    }
}
