namespace PhoneBridge.Media.ComfortNoise;

/// <summary>Makes noise of a level and spectrum (RFC 3389 §4): white noise through the all-pole filter of the reflection coefficients. Not thread safe: one owner.</summary>
public sealed class NoiseGenerator
{
    private readonly float[] _coefficients = new float[NoiseDescription.MaxOrder];
    private readonly float[] _state = new float[NoiseDescription.MaxOrder + 1];
    private int _order;
    private float _excitation;
    private uint _random = 0x9E3779B9;

    /// <summary>Takes a description.</summary>
    public void Set(in NoiseDescription description)
    {
        // What one filter has stored may be far too loud for another; in noise nobody hears it begin anew.
        if (_order != description.Order)
        {
            Array.Clear(_state);
        }

        _order = description.Order;
        double kept = 1;
        for (int i = 0; i < _order; i++)
        {
            if (_coefficients[i] != description.Coefficient(i))
            {
                Array.Clear(_state);
            }

            _coefficients[i] = description.Coefficient(i);
            kept *= 1 - (_coefficients[i] * _coefficients[i]);
        }

        // The filter makes the noise louder by the inverse of what it keeps. A uniform distribution of ±1 has a mean square of 1/3.
        double level = 32768 * Math.Pow(10, description.LevelDbov / 20.0);
        _excitation = (float)(level * Math.Sqrt(3 * kept));
    }

    /// <summary>The next sample, about ±32768 at most.</summary>
    public float Next()
    {
        // xorshift32: noise for the ear, no secret in it.
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        float value = (int)_random * (1 / 2147483648f) * _excitation;
        for (int i = _order; i > 0; i--)
        {
            value -= _coefficients[i - 1] * _state[i - 1];
            _state[i] = _state[i - 1] + (_coefficients[i - 1] * value);
        }

        _state[0] = value;
        return value;
    }
}
