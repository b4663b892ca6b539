using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PhoneBridge.Media.Resampling;

namespace PhoneBridge.Media.Tones;

/// <summary>Brings sound of 8, 16 or 48 kHz to 8 kHz, where all telephone tones lie: they end at 3.4 kHz.</summary>
/// <remarks>
/// Longer blocks at the higher rates would cost two and six times as much and would count sound above the telephone's
/// band against a tone's share of the energy. One filter before it keeps every figure the same at all rates: pass band
/// to 3.4 kHz, 40 dB from 4.6 kHz on (what lies between folds to above 3.4 kHz), 1 ms of delay. Owned by one detector.
/// </remarks>
internal sealed class TelephoneBand
{
    /// <summary>Most samples that a piece can make: 20 ms at 8 kHz.</summary>
    public const int MaxConverted = 160;

    private const double MiddleHz = 4000;
    private const double KaiserBeta = 3.4; // 40 dB

    private readonly int _factor;
    private readonly int _taps;
    private readonly float[] _filter;
    private readonly float[] _input; // empty at 8 kHz, where nothing is filtered
    private int _skip;

    /// <summary>Makes the filter.</summary>
    /// <param name="sampleRateHz">8000, 16000 or 48000 [Hz].</param>
    /// <exception cref="ArgumentOutOfRangeException">Another rate.</exception>
    public TelephoneBand(int sampleRateHz)
    {
        _factor = sampleRateHz switch
        {
            8000 => 1,
            16000 => 2,
            48000 => 6,
            _ => throw new ArgumentOutOfRangeException(nameof(sampleRateHz), sampleRateHz, "8000, 16000 or 48000"),
        };
        MaxFrame = sampleRateHz / 50;
        _taps = _factor == 1 ? 1 : 16 * _factor;
        _filter = BuildFilter(_taps, MiddleHz / sampleRateHz);
        _input = _factor == 1 ? [] : new float[_taps - 1 + MaxFrame];
    }

    /// <summary>Longest piece taken at once: 20 ms [samples].</summary>
    public int MaxFrame { get; }

    /// <summary>Takes the next samples and gives what they make at 8 kHz.</summary>
    /// <param name="pcm">At most <see cref="MaxFrame"/> samples.</param>
    /// <param name="room">Room for <see cref="MaxConverted"/> samples.</param>
    /// <returns>The part of <paramref name="room"/> that was written.</returns>
    public ReadOnlySpan<float> Convert(ReadOnlySpan<short> pcm, Span<float> room)
    {
        if (_factor == 1)
        {
            Widen(pcm, room);
            return room[..pcm.Length];
        }

        int history = _taps - 1;
        Widen(pcm, _input.AsSpan(history, pcm.Length));
        int count = 0;
        int at = _skip;
        for (; at < pcm.Length; at += _factor)
        {
            room[count++] = Dot(_input.AsSpan(at, _taps), _filter);
        }

        _skip = at - pcm.Length;
        _input.AsSpan(pcm.Length, history).CopyTo(_input);
        return room[..count];
    }

    /// <summary>Forgets what was before.</summary>
    public void Reset()
    {
        _input.AsSpan().Clear();
        _skip = 0;
    }

    /// <summary>Sum of the products, in four times eight running sums; a multiple of 32 samples.</summary>
    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ref float left = ref MemoryMarshal.GetReference(a);
        ref float right = ref MemoryMarshal.GetReference(b[..a.Length]);
        Vector256<float> first = Vector256<float>.Zero;
        Vector256<float> second = Vector256<float>.Zero;
        Vector256<float> third = Vector256<float>.Zero;
        Vector256<float> fourth = Vector256<float>.Zero;
        for (nuint i = 0; i + 32 <= (nuint)a.Length; i += 32)
        {
            first += Vector256.LoadUnsafe(ref left, i) * Vector256.LoadUnsafe(ref right, i);
            second += Vector256.LoadUnsafe(ref left, i + 8) * Vector256.LoadUnsafe(ref right, i + 8);
            third += Vector256.LoadUnsafe(ref left, i + 16) * Vector256.LoadUnsafe(ref right, i + 16);
            fourth += Vector256.LoadUnsafe(ref left, i + 24) * Vector256.LoadUnsafe(ref right, i + 24);
        }

        return Vector256.Sum(first + second + (third + fourth));
    }

    private static void Widen(ReadOnlySpan<short> pcm, Span<float> samples)
    {
        ref short source = ref MemoryMarshal.GetReference(pcm);
        ref float target = ref MemoryMarshal.GetReference(samples[..pcm.Length]);
        int i = 0;
        for (; i <= pcm.Length - Vector256<short>.Count; i += Vector256<short>.Count)
        {
            (Vector256<int> low, Vector256<int> high) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)i));
            Vector256.ConvertToSingle(low).StoreUnsafe(ref target, (nuint)i);
            Vector256.ConvertToSingle(high).StoreUnsafe(ref target, (nuint)i + 8);
        }

        for (; i < pcm.Length; i++)
        {
            samples[i] = pcm[i];
        }
    }

    private static float[] BuildFilter(int taps, double cutOff)
    {
        float[] filter = new float[taps];
        double sum = 0;
        double middle = (taps - 1) / 2.0;
        for (int i = 0; i < taps; i++)
        {
            double x = i - middle;
            double sinc = x == 0 ? 1 : Math.Sin(2 * Math.PI * cutOff * x) / (2 * Math.PI * cutOff * x);
            double edge = taps == 1 ? 0 : x / middle;
            filter[i] = (float)(sinc * KaiserSinc.BesselI0(KaiserBeta * Math.Sqrt(1 - (edge * edge))));
            sum += filter[i];
        }

        for (int i = 0; i < taps; i++)
        {
            filter[i] /= (float)sum;
        }

        return filter;
    }
}
