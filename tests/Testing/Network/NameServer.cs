using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PhoneBridge.Testing.Network;

/// <summary>A name server on a port of the loopback, by UDP and TCP: answers from a table that a test may change while it runs.</summary>
public sealed class NameServer : IAsyncDisposable
{
    private readonly TcpListener _tcp = new(IPAddress.Loopback, 0);
    private readonly UdpClient _udp;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Name, int Type), List<(int Life, byte[] Data)>> _records = [];
    private readonly List<(string Name, int Type)> _asked = [];
    private readonly Task _serving;

    /// <summary>Starts it, with an empty table: every name does not exist.</summary>
    public NameServer()
    {
        _tcp.Start();
        Address = (IPEndPoint)_tcp.LocalEndpoint;
        _udp = new UdpClient(Address);
        _serving = Task.WhenAll(ServeTcpAsync(), ServeUdpAsync());
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>While false every query stays without an answer.</summary>
    public bool IsWell { get; set; } = true;

    /// <summary>Changes an answer before it goes out; null for none at all.</summary>
    public Func<byte[], byte[]?>? Forge { get; set; }

    /// <summary>What was asked by TCP, in order.</summary>
    public IReadOnlyList<(string Name, int Type)> Asked
    {
        get
        {
            lock (_gate)
            {
                return [.. _asked];
            }
        }
    }

    /// <summary>Questions that came by UDP.</summary>
    public int AskedByUdp { get; private set; }

    /// <summary>Forgets the records of one kind of a name.</summary>
    public void Remove(string name, int type)
    {
        lock (_gate)
        {
            _records.Remove((name, type));
        }
    }

    /// <summary>Adds an address.</summary>
    public NameServer AddA(string name, string address, int life = 60) => Add(name, 1, life, IPAddress.Parse(address).GetAddressBytes());

    /// <summary>Adds another name that a name stands for.</summary>
    public NameServer AddAlias(string name, int type, string target, int life = 60) => Add(name, type + 1000, life, Name(target));

    /// <summary>Adds a host of a service.</summary>
    public NameServer AddSrv(string name, int priority, int weight, int port, string target, int life = 60) =>
        Add(name, 33, life, [.. Number(priority), .. Number(weight), .. Number(port), .. Name(target)]);

    /// <summary>Adds a transport of a domain.</summary>
    public NameServer AddNaptr(string name, int order, int preference, string flags, string service, string replacement, int life = 60) =>
        Add(name, 35, life, [.. Number(order), .. Number(preference), .. Text(flags), .. Text(service), .. Text(""), .. Name(replacement)]);

    /// <summary>Stops it; twice is once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        _tcp.Dispose();
        _udp.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private NameServer Add(string name, int type, int life, byte[] data)
    {
        lock (_gate)
        {
            if (!_records.TryGetValue((name, type), out List<(int, byte[])>? list))
            {
                _records[(name, type)] = list = [];
            }

            list.Add((life, data));
        }

        return this;
    }

    private async Task ServeTcpAsync()
    {
        List<Task> clients = [];
        try
        {
            while (true)
            {
                clients.Add(ServeClientAsync(await _tcp.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }

        await Task.WhenAll(clients);
    }

    private async Task ServeClientAsync(TcpClient client)
    {
        using TcpClient one = client;
        try
        {
            NetworkStream stream = one.GetStream();
            byte[] length = new byte[2];
            while (true)
            {
                await stream.ReadExactlyAsync(length, _stop.Token);
                byte[] query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(query, _stop.Token);
                if (Answer(query) is { } answer)
                {
                    await stream.WriteAsync((byte[])[.. Number(answer.Length), .. answer], _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeUdpAsync()
    {
        try
        {
            while (true)
            {
                await _udp.ReceiveAsync(_stop.Token);
                AskedByUdp++;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private byte[]? Answer(byte[] query)
    {
        int at = 12;
        StringBuilder name = new();
        for (; query[at] != 0; at += query[at] + 1)
        {
            name.Append(name.Length == 0 ? "" : ".").Append(Encoding.ASCII.GetString(query, at + 1, query[at]));
        }

        int type = BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(at + 1));
        byte[] question = query[12..(at + 5)];
        List<byte> answers = [];
        int count = 0;
        bool exists;
        lock (_gate)
        {
            string owner = name.ToString();
            _asked.Add((owner, type));
            if (!IsWell)
            {
                return null;
            }

            exists = _records.Keys.Any(key => key.Name == owner);
            if (_records.TryGetValue((owner, type + 1000), out List<(int Life, byte[] Data)>? alias))
            {
                answers.AddRange(Record(owner, 5, alias[0]));
                count++;
                owner = Read(alias[0].Data);
            }

            foreach ((int Life, byte[] Data) record in _records.GetValueOrDefault((owner, type), []))
            {
                answers.AddRange(Record(owner, type, record));
                count++;
            }
        }

        byte[] answer = [query[0], query[1], 0x85, (byte)(exists ? 0x80 : 0x83), 0, 1, .. Number(count), 0, 0, 0, 0, .. question, .. answers];
        return Forge is { } forge ? forge(answer) : answer;
    }

    private static byte[] Record(string owner, int type, (int Life, byte[] Data) record) =>
        [.. Name(owner), .. Number(type), 0, 1, .. Number(record.Life >> 16), .. Number(record.Life & 0xFFFF), .. Number(record.Data.Length), .. record.Data];

    private static byte[] Number(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Name(string name) => [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(Text), 0];

    private static string Read(byte[] name)
    {
        List<string> labels = [];
        for (int at = 0; name[at] != 0; at += name[at] + 1)
        {
            labels.Add(Encoding.ASCII.GetString(name, at + 1, name[at]));
        }

        return string.Join('.', labels);
    }
}
