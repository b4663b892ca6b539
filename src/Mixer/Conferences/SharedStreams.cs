using PhoneBridge.Media.Codecs;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Conferences;

/// <summary>The shared streams of one conference, one a format.</summary>
internal sealed class SharedStreams
{
    private const int OpusAt = 3;
    private readonly SharedStream?[] _streams = new SharedStream?[OpusAt + MixRates.Count];

    /// <summary>Both G.711 streams: they have no state and cost nothing to have.</summary>
    public SharedStreams()
    {
        Add(new SharedStream(AudioFormat.Pcma, AudioCodecs.CreateEncoder(AudioFormat.Pcma)));
        Add(new SharedStream(AudioFormat.Pcmu, AudioCodecs.CreateEncoder(AudioFormat.Pcmu)));
    }

    /// <summary>The stream of a format; null when there is none, and then every leg encodes for itself.</summary>
    public SharedStream? this[AudioFormat format] => _streams[IndexOf(format)];

    /// <summary>Formats there can be.</summary>
    public static int Formats => OpusAt + MixRates.Count;

    /// <summary>Place of a format, 0 to <see cref="Formats"/> - 1.</summary>
    public static int IndexOf(AudioFormat format) => format.Codec == AudioCodec.Opus
        ? OpusAt + MixRates.IndexOf(format.SampleRateHz)
        : (int)format.Codec;

    /// <summary>Adds a stream, unless there is one of its format.</summary>
    public void Add(SharedStream stream) => _streams[IndexOf(stream.Format)] ??= stream;

    /// <summary>Begins a tick.</summary>
    public void Begin()
    {
        foreach (SharedStream? stream in _streams)
        {
            stream?.Begin();
        }
    }

    /// <summary>Frames encoded rather than shared since the start.</summary>
    public long Encodings => _streams.Sum(stream => stream?.Encodings ?? 0);
}
