using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Streams;

/// <summary>Decides when a leg's stream has changed to another SSRC: at the second packet in sequence; then the old one is ignored.</summary>
internal struct SourceChange
{
    private static readonly TimeSpan OwnIsSilent = TimeSpan.FromSeconds(2);

    private bool _hasCandidate;
    private uint _candidate;
    private SequenceNumber _expected;
    private bool _hasReplaced;
    private uint _replaced;
    private TimeSpan _lastOwn;

    /// <summary>Takes a packet of another SSRC; null when it takes over with this packet.</summary>
    public InboundOutcome? OnForeign(in RtpHeader header, TimeSpan arrival)
    {
        if (IsReplaced(header.Ssrc, arrival))
        {
            return InboundOutcome.ReplacedSource;
        }

        bool confirms = _hasCandidate && header.Ssrc == _candidate && header.Sequence == _expected;
        _hasCandidate = !confirms;
        _candidate = header.Ssrc;
        _expected = header.Sequence.Next;
        return confirms ? null : InboundOutcome.Unconfirmed;
    }

    /// <summary>Whether this SSRC was replaced and stays so: two senders that both go on must not make the stream swing between them.</summary>
    public readonly bool IsReplaced(uint ssrc, TimeSpan arrival) =>
        _hasReplaced && ssrc == _replaced && arrival - _lastOwn < OwnIsSilent;

    public void OnOwn(TimeSpan arrival) => _lastOwn = arrival;

    public void OnReplaced(uint ssrc)
    {
        _hasReplaced = true;
        _replaced = ssrc;
    }
}
