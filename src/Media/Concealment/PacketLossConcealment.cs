namespace PhoneBridge.Media.Concealment;

/// <summary>Stands in for audio that was not received, after ITU-T G.711 Appendix I: the last pitch period is repeated and faded out.</summary>
/// <remarks>Not thread safe: owned by the leg's loop. Allocates only when made.</remarks>
public sealed class PacketLossConcealment
{
    private readonly short[] _last;
    private readonly int _fullLevel;
    private readonly int _silentAfter;
    private int _concealed;

    /// <summary>Makes a concealment with silence as its history.</summary>
    /// <param name="sampleRateHz">Sample rate [Hz].</param>
    public PacketLossConcealment(int sampleRateHz = 8000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRateHz);
        _last = new short[sampleRateHz / 50];
        _fullLevel = sampleRateHz / 100;
        _silentAfter = sampleRateHz * 6 / 100;
        _concealed = _silentAfter;
    }

    /// <summary>True when the loss has lasted so long that only zeros are left.</summary>
    public bool IsSilent => _concealed >= _silentAfter;

    /// <summary>Forgets the audio so far.</summary>
    public void Reset() => _concealed = _silentAfter;

    /// <summary>Takes received samples on their way out.</summary>
    public void OnReceived(Span<short> pcm)
    {
        _concealed = 0;
        int keep = Math.Min(pcm.Length, _last.Length);
        Array.Copy(_last, keep, _last, 0, _last.Length - keep);
        pcm[^keep..].CopyTo(_last.AsSpan(_last.Length - keep));
    }

    /// <summary>Fills <paramref name="pcm"/> with what stands in for missing samples.</summary>
    public void Conceal(Span<short> pcm)
    {
        for (int i = 0; i < pcm.Length; i++)
        {
            if (_concealed >= _silentAfter)
            {
                pcm[i..].Clear();
                return;
            }

            int faded = Math.Max(0, _concealed - _fullLevel);
            pcm[i] = (short)(_last[_concealed % _last.Length] * (_silentAfter - _fullLevel - faded) / (_silentAfter - _fullLevel));
            _concealed++;
        }
    }
}
