using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Conferences;

/// <summary>Short sounds that everybody in a conference hears, several at a time.</summary>
internal sealed class ConferenceSounds
{
    /// <summary>Sounds that may play at a time.</summary>
    public const int Most = 8;

    private readonly Sound[] _sounds = new Sound[Most];
    private int _count;

    /// <summary>Starts one; false when <see cref="Most"/> play.</summary>
    public bool TryAdd(PcmClip clip)
    {
        if (_count == Most)
        {
            return false;
        }

        _sounds[_count++] = new Sound(clip.Samples, 0);
        return true;
    }

    /// <summary>Adds the next frame of each to the total; those that end are forgotten.</summary>
    public void AddTo(Span<int> total)
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            ref Sound sound = ref _sounds[i];
            ReadOnlySpan<short> rest = sound.Samples.Span[sound.Position..];
            int count = Math.Min(rest.Length, total.Length);
            MixKernels.Add(total[..count], rest[..count]);
            sound = sound with { Position = sound.Position + count };
            if (count == rest.Length)
            {
                _sounds[i] = _sounds[--_count];
                _sounds[_count] = default;
            }
        }
    }

    private readonly record struct Sound(ReadOnlyMemory<short> Samples, int Position);
}
