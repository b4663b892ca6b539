using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Jitter;

/// <summary>Makes samples of the packets of one stream, and leaves those undecoded that nobody needs.</summary>
/// <remarks>
/// What the sender calls no voice may rest: zeros stand for it, and the decoder stays behind. Before it is needed again it decodes what it
/// left out last, so that it has come to where it would be. Owned by one jitter buffer; a struct that must not be copied.
/// </remarks>
/// <param name="store">Where the packets are.</param>
/// <param name="decoder">Of the stream's format.</param>
/// <param name="room">Longest run [samples].</param>
internal struct PacketDecoding(PacketStore store, IAudioDecoder decoder, int room)
{
    // Packets; what a decoder knows of earlier ones has faded.
    private const int MostCaughtUp = 3;

    private DecodedRun _waiting = new(room);
    private bool _isWaitingRest;
    private bool _isBehind;
    private SequenceNumber _leftOutFrom;

    /// <summary>What the sender calls no voice is of no interest now.</summary>
    public bool MayRest { get; set; }

    /// <summary>The last samples read were such a rest.</summary>
    public bool IsResting { get; private set; }

    /// <summary>Whether lost packets can be made of copies at all.</summary>
    public readonly bool CanRecover => decoder is IConcealingDecoder;

    /// <summary>Samples that were decoded and not yet read.</summary>
    public readonly int Waiting => _waiting.Count;

    /// <summary>Forgets what waits.</summary>
    public void Clear() => _waiting.Clear();

    /// <summary>A stream begins: whoever sends now has begun anew as well, or is somebody else.</summary>
    public void Restart()
    {
        decoder.Reset();
        _waiting.Clear();
        _isBehind = false;
    }

    /// <summary>Length of a payload [units of the RTP clock]; 0 when it cannot be told.</summary>
    public readonly int DurationOf(ReadOnlySpan<byte> payload) => decoder.DurationOf(payload);

    /// <summary>Leaves out samples that wait, as many as there are at most.</summary>
    public void Skip(long samples) => _waiting.Skip(samples);

    /// <summary>Reads what waits, as much as there is room for.</summary>
    public int Read(Span<short> pcm)
    {
        IsResting = _isWaitingRest;
        return _waiting.Read(pcm);
    }

    /// <summary>Puts samples in front of those that wait.</summary>
    public void PutBack(ReadOnlySpan<short> pcm)
    {
        _waiting.PutBack(pcm);
        _isWaitingRest = false;
    }

    /// <summary>Asks the processor for the memory of the next packet.</summary>
    public readonly void Fetch() => CacheLines.Fetch(decoder, 1);

    /// <summary>Takes a packet out of the store and makes its samples: straight into <paramref name="pcm"/> when they fit whole, else to wait.</summary>
    /// <param name="sequence">One that is in the store.</param>
    /// <param name="played">Samples of it that are over.</param>
    /// <param name="duration">Its length [samples].</param>
    /// <param name="pcm">Where samples are wanted.</param>
    /// <param name="read">Samples written there.</param>
    /// <returns>False when it makes none: what cannot be decoded is as good as lost.</returns>
    public bool TryDecode(SequenceNumber sequence, long played, int duration, Span<short> pcm, out int read)
    {
        read = 0;
        ReadOnlySpan<byte> payload = store.Take(sequence);
        if (played >= duration)
        {
            return false;
        }

        if (CanRest(payload))
        {
            _leftOutFrom = _isBehind ? _leftOutFrom : sequence;
            _isBehind = true;
            _waiting.Room[..duration].Clear();
            Await((int)played, duration, isRest: true);
            return true;
        }

        CatchUp(sequence);
        bool isWhole = played == 0 && duration <= pcm.Length;
        int count = decoder.Decode(payload, isWhole ? pcm[..duration] : _waiting.Room);
        if (count <= played)
        {
            return false;
        }

        if (isWhole)
        {
            IsResting = false;
            read = count;
        }
        else
        {
            Await((int)played, count, isRest: false);
        }

        return true;
    }

    /// <summary>Makes the samples of a lost packet from the copy in the one after it (in-band FEC); they wait to be read.</summary>
    /// <param name="next">The packet after it, which is in the store.</param>
    /// <param name="duration">Its length [samples]; it is taken to be as long as that one.</param>
    /// <returns>False when there is no copy, or nobody needs it.</returns>
    public bool TryRecover(SequenceNumber next, int duration)
    {
        ReadOnlySpan<byte> payload = store.Peek(next);
        if (decoder is not IConcealingDecoder concealing || CanRest(payload))
        {
            return false;
        }

        CatchUp(next);
        if (!concealing.TryDecodeLost(payload, _waiting.Room[..duration]))
        {
            return false;
        }

        Await(0, duration, isRest: false);
        return true;
    }

    private void Await(int from, int to, bool isRest)
    {
        _waiting.Set(from, to - from);
        _isWaitingRest = isRest;
    }

    private readonly bool CanRest(ReadOnlySpan<byte> payload) => MayRest && decoder is IConcealingDecoder concealing && concealing.IsWithoutVoice(payload);

    private void CatchUp(SequenceNumber next)
    {
        if (!_isBehind)
        {
            return;
        }

        _isBehind = false;
        SequenceNumber from = next - _leftOutFrom > MostCaughtUp ? next + -MostCaughtUp : _leftOutFrom;
        for (; next - from > 0; from = from.Next)
        {
            if (store.TryPeekPlayed(from, out ReadOnlySpan<byte> payload))
            {
                decoder.Decode(payload, _waiting.Room);
            }
        }
    }
}
