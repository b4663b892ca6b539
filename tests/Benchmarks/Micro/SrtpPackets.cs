using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using PhoneBridge.Media.Srtp;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>What SRTP costs a packet of 20 ms of G.711, against copying it.</summary>
public class SrtpPackets
{
    private const int PacketLength = 172;

    private readonly byte[] _clear = new byte[PacketLength];
    private readonly byte[] _room = new byte[PacketLength + SrtpSession.MaxTrailerLength];
    private SrtpSession? _near, _far;
    private ushort _sequence;

    /// <summary>The suite.</summary>
    [Params(SrtpSuite.AesCm128HmacSha1Tag80, SrtpSuite.AeadAes128Gcm, SrtpSuite.AeadAes256Gcm)]
    public SrtpSuite Suite { get; set; }

    /// <summary>Makes both ends.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _clear[0] = 0x80;
        _near = New();
        _far = New();

        SrtpSession New()
        {
            byte[] key = new byte[Suite.KeyLength()];
            return new SrtpSession(new SrtpKeys(Suite, new SrtpKey(key), new SrtpKey(key)));
        }
    }

    /// <summary>The packet alone.</summary>
    [Benchmark(Baseline = true)]
    public void Plain() => Write();

    /// <summary>… protected.</summary>
    [Benchmark]
    public int Protect()
    {
        int length = Write();
        _near!.TryProtectRtp(_room, ref length);
        return length;
    }

    /// <summary>… protected and opened again by the other end.</summary>
    [Benchmark]
    public int ProtectAndOpen()
    {
        int length = Write();
        _near!.TryProtectRtp(_room, ref length);
        _far!.UnprotectRtp(_room.AsSpan(0, length), out int opened);
        return opened;
    }

    private int Write()
    {
        _clear.CopyTo(_room, 0);
        BinaryPrimitives.WriteUInt16BigEndian(_room.AsSpan(2), _sequence++);
        return PacketLength;
    }
}
