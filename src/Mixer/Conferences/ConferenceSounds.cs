using PhoneBridge.Media.Resampling;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Conferences;

/// <summary>Short sounds that everybody in a conference hears, several at a time.</summary>
internal sealed class ConferenceSounds
{
    /// <summary>Sounds that may play at a time.</summary>
    public const int Most = 8;

    private readonly Sound[] _sounds = new Sound[Most];
    private readonly StreamResampler _toWide = new(MediaEngine.SampleRateHz, MixRates.At(1));
    private readonly StreamResampler _toFull = new(MediaEngine.SampleRateHz, MixRates.At(2));
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

    /// <summary>Adds the next frame of each to the sums; those that end are forgotten.</summary>
    public void AddTo(MixBus[] buses)
    {
        if (_count == 0)
        {
            return;
        }

        Span<int> sum = stackalloc int[MediaEngine.SampleRateHz / 50];
        sum.Clear();
        for (int i = _count - 1; i >= 0; i--)
        {
            ref Sound sound = ref _sounds[i];
            ReadOnlySpan<short> rest = sound.Samples.Span[sound.Position..];
            int count = Math.Min(rest.Length, sum.Length);
            MixKernels.Add(sum[..count], rest[..count]);
            sound = sound with { Position = sound.Position + count };
            if (count == rest.Length)
            {
                _sounds[i] = _sounds[--_count];
                _sounds[_count] = default;
            }
        }

        Span<short> frame = stackalloc short[sum.Length];
        MixKernels.Saturate(sum, frame);
        AddTo(buses[0], frame, null);
        AddTo(buses[1], frame, _toWide);
        AddTo(buses[2], frame, _toFull);
    }

    private static void AddTo(MixBus bus, ReadOnlySpan<short> frame, StreamResampler? resampler)
    {
        if (!bus.IsUsed)
        {
            return;
        }

        if (resampler is null)
        {
            bus.Add(frame);
            return;
        }

        resampler.Convert(frame, bus.Converted);
        bus.Add(bus.Converted);
    }

    private readonly record struct Sound(ReadOnlyMemory<short> Samples, int Position);
}
