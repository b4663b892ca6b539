using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Streams;

/// <summary>What a leg's peer may send, as negotiated.</summary>
/// <param name="Format">The one voice codec and the rate that it is decoded to.</param>
/// <param name="PayloadType">Its payload type towards us, 0 to 127.</param>
/// <param name="TelephoneEventPayloadType">Payload type of telephone-event towards us; null when it was not negotiated.</param>
/// <param name="ComfortNoisePayloadType">Payload type of comfort noise (RFC 3389), usually 13; null to refuse it.</param>
/// <param name="TelephoneEventClockRateHz">Rate of the telephone-events' timestamps and durations [Hz]; null for the codec's, which RFC 4733 §2.1 asks for.</param>
public readonly record struct InboundAudioFormat(
    AudioFormat Format,
    byte PayloadType,
    byte? TelephoneEventPayloadType,
    byte? ComfortNoisePayloadType = 13,
    int? TelephoneEventClockRateHz = null);
