using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>
/// The ear of a phone whose codec cannot be looked into: decodes what comes, and finds voices and the burst that marks a frame.
/// For a few phones of a load, since it costs a decoder's time. One thread at a time.
/// </summary>
internal sealed class LoadEar(LoadCodec codec) : IDisposable
{
    /// <summary>Peak that every voice reaches and line noise does not.</summary>
    public const int VoicePeak = 1000;

    /// <summary>Resolution of <see cref="Heard.MarkerOffset"/> [ms].</summary>
    public const double StepMs = 2.5;

    // A quarter of the burst's amplitude: half a window of it, or the whole after a gain of -12 dB.
    private const double BurstAmplitude = 5500;

    // Bursts are at least a second apart.
    private const int DeafFrames = 20;

    private readonly IAudioDecoder _decoder = AudioCodecs.CreateDecoder(codec.Format);
    private readonly int _step = (int)(codec.Format.SampleRateHz * StepMs / 1000);
    private readonly short[] _pcm = new short[(codec.Format.SamplesPerFrame * 6) + (int)(codec.Format.SampleRateHz * StepMs / 1000)];
    private readonly double _coefficient = 2 * Math.Cos(2 * Math.PI * LoadSound.BurstHz / codec.Format.SampleRateHz);
    private int _deafFor;

    /// <summary>Hears one payload.</summary>
    public Heard Hear(ReadOnlySpan<byte> payload)
    {
        // The end of the frame before comes first: windows of 5 ms overlap by half.
        int count = _decoder.Decode(payload, _pcm.AsSpan(_step));
        int peak = 0;
        for (int i = _step; i < _step + count; i++)
        {
            peak = Math.Max(peak, Math.Abs((int)_pcm[i]));
        }

        TimeSpan? offset = null;
        if (_deafFor > 0)
        {
            _deafFor--;
        }
        else
        {
            for (int at = 0; at + (2 * _step) <= count + _step && offset is null; at += _step)
            {
                if (AmplitudeAt(_pcm.AsSpan(at, 2 * _step)) > BurstAmplitude)
                {
                    // Its beginning lies between the middle and the end of the window, on average where the third quarter ends.
                    offset = TimeSpan.FromMilliseconds(Math.Max(0, (at / (double)_step * StepMs) + (StepMs / 2) - StepMs));
                    _deafFor = DeafFrames;
                }
            }
        }

        if (count >= _step)
        {
            _pcm.AsSpan(count, _step).CopyTo(_pcm);
        }

        return new Heard(peak, offset);
    }

    /// <summary>Frees the decoder.</summary>
    public void Dispose() => _decoder.Dispose();

    private double AmplitudeAt(ReadOnlySpan<short> samples)
    {
        double s1 = 0, s2 = 0;
        foreach (short sample in samples)
        {
            double s0 = sample + (_coefficient * s1) - s2;
            s2 = s1;
            s1 = s0;
        }

        double power = (s1 * s1) + (s2 * s2) - (_coefficient * s1 * s2);
        return 2 * Math.Sqrt(Math.Max(0, power)) / samples.Length;
    }

    /// <summary>What was in one packet.</summary>
    /// <param name="Peak">Loudest sample.</param>
    /// <param name="MarkerOffset">Where in the packet the burst begins; null when none begins in it.</param>
    public readonly record struct Heard(int Peak, TimeSpan? MarkerOffset);
}
