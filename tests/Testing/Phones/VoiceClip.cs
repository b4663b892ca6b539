using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Testing.Phones;

/// <summary>Something a phone can say, encoded once for both codecs and shared by any number of phones.</summary>
/// <param name="pcm">8 kHz PCM.</param>
public sealed class VoiceClip(Pcm pcm)
{
    private readonly byte[] _alaw = G711.Encode(PhoneCodec.Pcma, pcm.Samples);
    private readonly byte[] _mulaw = G711.Encode(PhoneCodec.Pcmu, pcm.Samples);

    /// <summary>Length [samples].</summary>
    public int Length => _alaw.Length;

    /// <summary>Copies samples from a position on.</summary>
    /// <returns>Samples copied; fewer than asked at the end of the clip.</returns>
    internal int Read(PhoneCodec codec, int position, Span<byte> payload)
    {
        ReadOnlySpan<byte> all = codec == PhoneCodec.Pcma ? _alaw : _mulaw;
        int count = Math.Min(payload.Length, all.Length - position);
        all.Slice(position, count).CopyTo(payload);
        return count;
    }
}
