using System.Net;
using System.Net.Sockets;
using PhoneBridge.Benchmarks.Pauses;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Benchmarks.Engine;

/// <summary>Speaks to all legs of an engine from one socket, every 20 ms to each, and counts what they answer.</summary>
internal sealed class EngineCrowd : IDisposable
{
    private const int SamplesPerPacket = 160, PeriodMs = 20;
    private const byte Pcma = 8;
    private const byte SilenceByte = 0xD5;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 8 << 20 };
    private readonly byte[] _packet = new byte[RtpHeader.Length + SamplesPerPacket];
    private readonly byte[] _received = new byte[2048];
    private volatile bool _isStopping;
    private long _sent, _came, _withVoice;

    /// <summary>Makes it; nothing is sent yet.</summary>
    public EngineCrowd() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>Where the legs have to send to.</summary>
    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Packets so far: sent, received, and of these with more than silence in them.</summary>
    public (long Sent, long Came, long WithVoice) Counts => (Interlocked.Read(ref _sent), Interlocked.Read(ref _came), Interlocked.Read(ref _withVoice));

    /// <summary>Starts to speak.</summary>
    /// <param name="ports">The legs' RTP ports.</param>
    /// <param name="talkers">The first so many say a tone, the others silence.</param>
    /// <returns>Its two threads, which end after <see cref="Stop"/>.</returns>
    public Thread[] Start(int[] ports, int talkers)
    {
        Thread[] threads =
        [
            new(() => Speak([.. ports.Select(port => new IPEndPoint(IPAddress.Loopback, port).Serialize())], talkers)) { Name = "speak" },
            new(Listen) { Name = "listen" },
        ];
        Array.ForEach(threads, thread => thread.Start());
        return threads;
    }

    /// <summary>Ends both threads.</summary>
    public void Stop() => _isStopping = true;

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void Speak(SocketAddress[] legs, int talkers)
    {
        byte[] tone = new byte[SamplesPerPacket];
        using (IAudioEncoder encoder = AudioCodecs.CreateEncoder(new AudioFormat(AudioCodec.Pcma, 8000), new OpusSettings()))
        {
            short[] frame = new short[SamplesPerPacket];
            new ToneGenerator(500, -20, 8000).Write(frame);
            _ = encoder.Encode(frame, tone);
        }

        Deadline.TakeNoSlack();
        TimeSpan deadline = Deadline.Now;
        for (int slot = 0; !_isStopping; slot++)
        {
            deadline += TimeSpan.FromMilliseconds(1);
            Deadline.SleepUntil(deadline);
            int number = slot / PeriodMs;
            for (int i = slot % PeriodMs; i < legs.Length; i += PeriodMs)
            {
                new RtpHeader(number == 0, Pcma, new SequenceNumber((ushort)number), new RtpTimestamp((uint)(number * SamplesPerPacket)), (uint)(i + 1))
                    .Write(_packet);
                Span<byte> payload = _packet.AsSpan(RtpHeader.Length);
                if (i < talkers)
                {
                    tone.CopyTo(payload);
                }
                else
                {
                    payload.Fill(SilenceByte);
                }

                _socket.SendTo(_packet, SocketFlags.None, legs[i]);
                _sent++;
            }
        }
    }

    private void Listen()
    {
        _socket.ReceiveTimeout = 200;
        SocketAddress from = new(AddressFamily.InterNetwork);
        while (!_isStopping)
        {
            try
            {
                int length = _socket.ReceiveFrom(_received, SocketFlags.None, from);
                if (length == _packet.Length)
                {
                    _came++;
                    _withVoice += _received.AsSpan(RtpHeader.Length, SamplesPerPacket).ContainsAnyExcept((byte)SilenceByte, (byte)(SilenceByte ^ 0x80)) ? 1 : 0;
                }
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                // Looks whether to stop.
            }
        }
    }
}
