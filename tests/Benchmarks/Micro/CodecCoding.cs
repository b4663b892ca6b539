using BenchmarkDotNet.Attributes;
using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>The codecs with memory, one frame of 20 ms each: a drawn-out vowel with some noise, which no encoder gets cheaply.</summary>
public class CodecCoding : IDisposable
{
    private const int Count = 100;

    private readonly byte[] _room = new byte[1275];
    private readonly byte[][] _payloads = new byte[Count][];
    private IAudioEncoder _encoder = AudioCodecs.CreateEncoder(AudioFormat.G722);
    private IAudioDecoder _decoder = AudioCodecs.CreateDecoder(AudioFormat.G722);
    private AudioFormat _format;
    private short[] _speech = [];
    private short[] _pcm = [];
    private int _next;

    /// <summary>Codec and rate.</summary>
    [Params("G722", "Opus 8000", "Opus 16000", "Opus 48000")]
    public string Format { get; set; } = "G722";

    /// <summary>Makes the sound and the payloads to decode.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _format = Format == "G722" ? AudioFormat.G722 : AudioFormat.Opus(int.Parse(Format.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture));
        _pcm = new short[_format.SamplesPerFrame];
        _speech = new short[Count * _pcm.Length];
        Random random = new(1);
        double phase = 0;
        for (int i = 0; i < _speech.Length; i++)
        {
            phase += 2 * Math.PI * (160 + (30 * Math.Sin(i * 6.0 / _format.SampleRateHz))) / _format.SampleRateHz;
            double sum = 0;
            for (int k = 1; k < 16; k++)
            {
                sum += Math.Sin(k * phase) / k;
            }

            _speech[i] = (short)((4000 * sum) + random.Next(-200, 200));
        }

        Dispose();
        _encoder = AudioCodecs.CreateEncoder(_format);
        _decoder = AudioCodecs.CreateDecoder(_format);
        for (int i = 0; i < Count; i++)
        {
            _payloads[i] = _room[.._encoder.Encode(_speech.AsSpan(i * _pcm.Length, _pcm.Length), _room)];
        }
    }

    /// <summary>Encodes one frame.</summary>
    [Benchmark]
    public int Encode() => _encoder.Encode(_speech.AsSpan(Next() * _pcm.Length, _pcm.Length), _room);

    /// <summary>Decodes one frame.</summary>
    [Benchmark]
    public int Decode() => _decoder.Decode(_payloads[Next()], _pcm);

    /// <summary>Frees what the codecs hold.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
        GC.SuppressFinalize(this);
    }

    private int Next() => _next = (_next + 1) % Count;
}
