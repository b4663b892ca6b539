using PhoneBridge.Media.Codecs;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>
/// A sound that a caller of a load says, encoded once as frames of 20 ms and repeated: encoding costs the generator nothing while it
/// runs, whatever the codec.
/// </summary>
internal sealed class LoadVoice
{
    /// <summary>Frames until the sound begins again.</summary>
    public const int Frames = LoadSound.Frames;

    private readonly byte[] _bytes;
    private readonly int[] _starts;
    private readonly bool _hasMarker;

    private LoadVoice(byte[] bytes, int[] starts, bool hasMarker)
    {
        _bytes = bytes;
        _starts = starts;
        _hasMarker = hasMarker;
    }

    /// <summary>Encodes a sound.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="pcm"><see cref="Frames"/> frames at the codec's sample rate.</param>
    /// <param name="hasMarker">The sound has the marker in its frame.</param>
    public static LoadVoice Encode(LoadCodec codec, short[] pcm, bool hasMarker)
    {
        if (codec.IsG711)
        {
            byte[] bytes = G711.Encode(codec.Format.Codec == AudioCodec.Pcma ? PhoneCodec.Pcma : PhoneCodec.Pcmu, pcm);
            return new LoadVoice(bytes, [.. Enumerable.Range(0, Frames + 1).Select(i => i * codec.Format.SamplesPerFrame)], hasMarker);
        }

        using IAudioEncoder encoder = AudioCodecs.CreateEncoder(codec.Format);
        byte[] payload = new byte[1500];
        List<byte> all = [];
        List<int> starts = [];
        // Twice round: the second time begins with the codec's state at the end of the first, so the sound joins its own beginning.
        for (int frame = 0; frame < 2 * Frames; frame++)
        {
            int samples = codec.Format.SamplesPerFrame;
            int length = encoder.Encode(pcm.AsSpan(frame % Frames * samples, samples), payload);
            if (frame >= Frames)
            {
                starts.Add(all.Count);
                all.AddRange(payload.AsSpan(0, length));
            }
        }

        starts.Add(all.Count);
        return new LoadVoice([.. all], [.. starts], hasMarker);
    }

    /// <summary>The payload of a frame.</summary>
    /// <param name="number">Any frame number; the sound repeats.</param>
    public ReadOnlySpan<byte> Frame(long number)
    {
        int i = (int)(number % Frames);
        return _bytes.AsSpan(_starts[i], _starts[i + 1] - _starts[i]);
    }

    /// <summary>Whether a frame carries the marker.</summary>
    public bool IsMarker(long number) => _hasMarker && number % Frames == LoadSound.MarkerFrame;
}
