using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Jitter;

/// <summary>Lays the RTP timestamps of one stream on an axis of samples that never wraps.</summary>
/// <remarks>
/// The RTP clock and the sample rate differ for G.722 (8000 and 16000 Hz, RFC 3551 §4.5.2) and for Opus below 48 kHz (RFC 7587 §4.1).
/// Packets of these codecs are whole samples long, so wherever the stream began, distances between them are exact. Timestamps
/// between two samples, which no sound sender makes, are rounded down: two packets may then overlap by a sample, no more.
/// </remarks>
internal struct SampleAxis
{
    private readonly int _samples;
    private readonly int _units;
    private long _anchorUnits;
    private RtpTimestamp _anchor;

    /// <summary>Makes the axis of one format.</summary>
    public SampleAxis(AudioFormat format)
    {
        // Of every valid format one rate is a multiple of the other.
        _samples = Math.Max(1, format.SampleRateHz / format.ClockRateHz);
        _units = Math.Max(1, format.ClockRateHz / format.SampleRateHz);
    }

    /// <summary>Begins anew: this timestamp is at 0.</summary>
    public void StartAt(RtpTimestamp origin)
    {
        _anchor = origin;
        _anchorUnits = 0;
    }

    /// <summary>Follows the stream: later timestamps are taken as up to 2^31 clock units before or behind this one.</summary>
    public void Follow(RtpTimestamp newest)
    {
        _anchorUnits += newest - _anchor;
        _anchor = newest;
    }

    /// <summary>Place of a timestamp [samples].</summary>
    public readonly long PositionOf(RtpTimestamp timestamp)
    {
        (long whole, long rest) = Math.DivRem((_anchorUnits + (timestamp - _anchor)) * _samples, _units);
        return rest < 0 ? whole - 1 : whole;
    }

    /// <summary>Length of a run of clock units [samples].</summary>
    public readonly int LengthOf(int units) => (int)((long)units * _samples / _units);
}
