namespace PhoneBridge.Mixer.Legs;

/// <summary>What a leg plays: clips one after the other without a gap, once or round and round.</summary>
/// <remarks>Not thread safe: made by the sender of the command, then owned by the leg's loop.</remarks>
internal sealed class Playback
{
    private readonly ReadOnlyMemory<short>[] _clips;
    private readonly bool _loop;
    private int _clip;
    private int _position;

    /// <summary>A playback that has not begun.</summary>
    /// <param name="id">Name given by the caller.</param>
    /// <param name="clips">At the mixing rate; empty ones are left out.</param>
    /// <param name="loop">Begin again at the end. A loop over nothing ends at once, like any empty playback.</param>
    public Playback(long id, IReadOnlyList<PcmClip> clips, bool loop)
    {
        Id = id;
        _clips = [.. clips.Where(clip => !clip.Samples.IsEmpty).Select(clip => clip.Samples)];
        _loop = loop && _clips.Length > 0;
    }

    /// <summary>Name given by the caller.</summary>
    public long Id { get; }

    /// <summary>All samples have been read.</summary>
    public bool IsOver => _clip == _clips.Length;

    /// <summary>Fills a frame; what is behind the last sample is silence.</summary>
    public void Read(Span<short> frame)
    {
        while (!frame.IsEmpty && !IsOver)
        {
            ReadOnlySpan<short> rest = _clips[_clip].Span[_position..];
            int count = Math.Min(rest.Length, frame.Length);
            rest[..count].CopyTo(frame);
            frame = frame[count..];
            _position += count;
            if (count == rest.Length)
            {
                _position = 0;
                _clip = _loop ? (_clip + 1) % _clips.Length : _clip + 1;
            }
        }

        frame.Clear();
    }
}
