namespace PhoneBridge.Testing.Phones;

/// <summary>How a phone sends its keys as telephone-events (RFC 4733), with the faults that are seen in the wild.</summary>
public sealed record KeyPress
{
    /// <summary>How long a key is down [ms].</summary>
    public int ToneMs { get; init; } = 100;

    /// <summary>Pause after a key [ms].</summary>
    public int PauseMs { get; init; } = 80;

    /// <summary>Packets with the E bit: 3 is normal, 0 leaves the end out.</summary>
    public int EndPackets { get; init; } = 3;

    /// <summary>The first packet comes without marker bit.</summary>
    public bool OmitsMarker { get; init; }

    /// <summary>Each end packet carries a timestamp of its own instead of the key's.</summary>
    public bool EndsWithNewTimestamps { get; init; }

    /// <summary>Every packet carries the running timestamp instead of the key's.</summary>
    public bool RunsTimestamps { get; init; }

    /// <summary>A key longer than this is cut in segments (RFC 4733 §2.5.1.3) [ms]; 0 for never.</summary>
    public int SegmentMs { get; init; }

    /// <summary>Voice packets go on between those of the key, as baresip sends them; else they pause.</summary>
    public bool KeepsVoice { get; init; }

    /// <summary>Share of packets that get lost [0..1].</summary>
    public double Loss { get; init; }

    /// <summary>Share of packets sent twice [0..1].</summary>
    public double Duplication { get; init; }

    /// <summary>Share of packets that come after their follower [0..1].</summary>
    public double Reordering { get; init; }

    /// <summary>Seed of the three shares.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>One telephone-event packet to be sent at a frame of its key.</summary>
/// <param name="Frame">Frame counted from the key's start.</param>
/// <param name="TimestampOffset">RTP timestamp from the key's start [samples].</param>
/// <param name="IsMarked">Marker bit.</param>
/// <param name="Event">Event code.</param>
/// <param name="IsEnd">E bit.</param>
/// <param name="Duration">Duration field [samples].</param>
internal readonly record struct KeyPacket(int Frame, int TimestampOffset, bool IsMarked, byte Event, bool IsEnd, ushort Duration);

/// <summary>Lays out the packets of one key on the frames of the media clock.</summary>
internal static class KeySchedule
{
    private const int SamplesPerMs = 8;

    /// <summary>Event code of a key, -1 for none (RFC 4733 §3.2).</summary>
    public static int EventOf(char key) => "0123456789*#ABCD".IndexOf(key, StringComparison.Ordinal);

    /// <summary>Frames a key takes with its pause.</summary>
    public static int Frames(KeyPress press, int frameMs) =>
        (press.ToneMs / frameMs) + Math.Max(press.EndPackets, press.PauseMs / frameMs);

    /// <summary>The packets of one key, in order.</summary>
    public static IEnumerable<KeyPacket> Of(char key, KeyPress press, int frameMs)
    {
        byte code = (byte)EventOf(key);
        int updates = Math.Max(1, press.ToneMs / frameMs);
        int segmentFrames = press.SegmentMs == 0 ? int.MaxValue : Math.Max(1, press.SegmentMs / frameMs);
        int start = 0;
        for (int frame = 0; frame < updates; frame++)
        {
            if (frame - start >= segmentFrames)
            {
                start = frame;
            }

            int offset = press.RunsTimestamps ? frame : start;
            yield return new KeyPacket(
                frame,
                offset * frameMs * SamplesPerMs,
                IsMarked: frame == 0 && !press.OmitsMarker,
                code,
                IsEnd: false,
                Duration: (ushort)((frame - start + 1) * frameMs * SamplesPerMs));
        }

        for (int end = 0; end < press.EndPackets; end++)
        {
            int frame = updates + end;
            int offset = press.RunsTimestamps || press.EndsWithNewTimestamps ? frame : start;
            yield return new KeyPacket(
                frame,
                offset * frameMs * SamplesPerMs,
                IsMarked: false,
                code,
                IsEnd: true,
                Duration: (ushort)((updates - start) * frameMs * SamplesPerMs));
        }
    }
}
