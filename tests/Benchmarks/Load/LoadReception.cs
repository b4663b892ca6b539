using System.Buffers.Binary;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>What one phone of a load receives: counts, gaps, voices and markers. Written on the phone's loop.</summary>
internal sealed class LoadReception(LoadPhone phone, LoadCodec codec) : IDisposable
{
    /// <summary>A longer time between two packets is counted: one packet is missing, or late by a whole frame.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(40);

    // Peak codes of G711Peak: a marker, also with other voices over it (about 19 000 of 32 768), and what every voice reaches and
    // line noise does not (about 1000).
    private const byte MarkerPeak = 0x73, VoicePeak = 0x30;
    private const int HeaderBytes = 12;

    private LoadEar? _ear;
    private bool _hasHeard;
    private ushort _lastSequence;
    private uint _lastTimestamp;
    private TimeSpan _lastArrival, _lastMarker;
    private long _voicePackets, _lastVoiceTicks;

    /// <summary>What it received while the measurement ran; to be read when that is over.</summary>
    public PhoneCounters Counters;

    /// <summary>Packets so far that were as loud as a voice. Any thread.</summary>
    public long VoicePackets => Volatile.Read(ref _voicePackets);

    /// <summary>Arrival of the last packet that was as loud as a voice. Any thread.</summary>
    public TimeSpan LastVoice => TimeSpan.FromTicks(Volatile.Read(ref _lastVoiceTicks));

    /// <summary>Whether it can tell voices: with G.711 always, with other codecs when it has an ear.</summary>
    public bool Listens => codec.IsG711 || Volatile.Read(ref _ear) is not null;

    /// <summary>Is told of every voice packet when set; to look at it closely. On the loop.</summary>
    public IPacketWatch? Watch { get; set; }

    /// <summary>Gives the phone an ear, if its codec asks for one. Any thread, once.</summary>
    public void Listen()
    {
        if (!Listens)
        {
            Volatile.Write(ref _ear, new LoadEar(codec));
        }
    }

    /// <summary>Takes a voice packet.</summary>
    public void Hear(ReadOnlySpan<byte> datagram, TimeSpan arrival, LoadLoop loop)
    {
        ushort sequence = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        uint timestamp = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]);
        ReadOnlySpan<byte> payload = datagram[HeaderBytes..];
        if (loop.IsMeasuring && _hasHeard)
        {
            Count(sequence, timestamp, arrival);
        }

        (_hasHeard, _lastSequence, _lastTimestamp, _lastArrival) = (true, sequence, timestamp, arrival);
        if (codec.IsG711)
        {
            byte peak = G711Peak.Of(codec.Format.Codec, payload);
            HearVoice(peak >= VoicePeak, arrival);
            HearMarker(peak >= MarkerPeak, arrival, loop);
        }
        else if (Volatile.Read(ref _ear) is { } ear)
        {
            LoadEar.Heard heard = ear.Hear(payload);
            HearVoice(heard.Peak >= LoadEar.VoicePeak, arrival);
            HearMarker(heard.MarkerOffset is not null, arrival + (heard.MarkerOffset ?? default), loop);
        }

        Watch?.OnPacket(payload, timestamp, arrival);
    }

    /// <summary>Frees the ear.</summary>
    public void Dispose() => _ear?.Dispose();

    private void Count(ushort sequence, uint timestamp, TimeSpan arrival)
    {
        short step = (short)(sequence - _lastSequence);
        int frames = (int)(timestamp - _lastTimestamp) / codec.TimestampsPerFrame;
        TimeSpan gap = arrival - _lastArrival;
        Counters.Packets++;
        Counters.Lost += step - 1;       // a packet that comes after its follower takes back its loss: step - 1 is negative then
        Counters.LeftOut += Math.Max(0, frames - step);
        Counters.Gaps += gap > Gap ? 1 : 0;
        Counters.LongestGap = gap > Counters.LongestGap ? gap : Counters.LongestGap;
    }

    private void HearVoice(bool isVoice, TimeSpan arrival)
    {
        if (isVoice)
        {
            Volatile.Write(ref _voicePackets, _voicePackets + 1);
            Volatile.Write(ref _lastVoiceTicks, arrival.Ticks);
        }
    }

    private void HearMarker(bool isMarker, TimeSpan heardAt, LoadLoop loop)
    {
        if (!isMarker || !loop.IsMeasuring)
        {
            return;
        }

        if (!phone.Room.TryFindMarker(heardAt, out int talker, out TimeSpan sentAt, out TimeSpan dueAt) || talker == phone.Talker)
        {
            Counters.WrongMarkers++;
        }
        else if (sentAt != _lastMarker)     // else the rest of one that was cut in two by the playout
        {
            _lastMarker = sentAt;
            Counters.Markers++;
            loop.Latency.Add(heardAt - sentAt);
            loop.LatencyFromDue.Add(heardAt - dueAt);
        }
    }
}

/// <summary>Looks at every voice packet of a phone.</summary>
internal interface IPacketWatch
{
    /// <summary>A packet came. On the phone's loop.</summary>
    void OnPacket(ReadOnlySpan<byte> payload, uint timestamp, TimeSpan arrival);
}
