using PhoneBridge.Media.Srtp;

namespace PhoneBridge.Fuzz.Targets;

/// <summary>What strangers can send to a leg with keys.</summary>
internal static class SrtpTargets
{
    private const int ClearLength = 172;

    /// <summary>A run of changes to true packets, each behind one byte of length: what is not the true packet is never taken, and that one is.</summary>
    public static void Forged(ReadOnlySpan<byte> input)
    {
        if (!SrtpLibrary.IsAvailable)
        {
            return;
        }

        using SrtpSession session = new(new SrtpKeys(SrtpSuite.AesCm128HmacSha1Tag80, new SrtpKey(new byte[30]), new SrtpKey(new byte[30])));
        byte[] room = new byte[ClearLength + SrtpSession.MaxTrailerLength];
        for (ushort sequence = 0; !input.IsEmpty && sequence < ushort.MaxValue; sequence++)
        {
            Array.Clear(room);
            (room[0], room[1], room[2], room[3]) = (0x80, 8, (byte)(sequence >> 8), (byte)sequence);
            int length = ClearLength;
            Require(session.TryProtectRtp(room, ref length), "a packet of ours is protected");
            byte[] wire = room[..Math.Min(length, (int)input[0])];
            int changed = Math.Min(wire.Length, input.Length - 1);
            for (int i = 0; i < changed; i++)
            {
                wire[i] ^= input[1 + i];
            }

            bool isTrue = wire.AsSpan().SequenceEqual(room.AsSpan(0, length));
            byte[] report = [.. wire];
            SrtpOutcome outcome = session.UnprotectRtp(wire, out int opened);
            Require((outcome == SrtpOutcome.Accepted) == isTrue, "exactly the true packet is taken");
            Require(opened == (isTrue ? ClearLength : 0), "as long as it was, or nothing");
            Require(session.UnprotectRtcp(report, out _) != SrtpOutcome.Accepted, "no packet passes for a report");
            input = input[(1 + changed)..];
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
