using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Baresip;

/// <summary>One event that baresip reported.</summary>
/// <param name="At">When it was read, on <see cref="MonotonicTime"/>.</param>
/// <param name="Type">baresip's name, for instance CALL_ESTABLISHED.</param>
/// <param name="Parameter">baresip's parameter: the reason of CALL_CLOSED, the key of CALL_DTMF_START.</param>
public sealed record BaresipEvent(TimeSpan At, string Type, string Parameter);

/// <summary>The line to one baresip process: JSON in netstrings over TCP (module ctrl_tcp).</summary>
/// <remarks>Members may be used from any thread; commands are answered in the order in which they were given.</remarks>
internal sealed class BaresipControl : IAsyncDisposable
{
    private readonly TcpClient _connection;
    private readonly Lock _gate = new();
    private readonly List<BaresipEvent> _events = [];
    private readonly List<(Predicate<BaresipEvent> Wanted, TaskCompletionSource<BaresipEvent> Seen)> _waiters = [];
    private readonly Dictionary<string, TaskCompletionSource<string>> _replies = [];
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Task _reading;
    private int _tokens;

    private BaresipControl(TcpClient connection)
    {
        _connection = connection;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>All events so far.</summary>
    public IReadOnlyList<BaresipEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Connects; baresip 1.0.0 opens its port some 100 ms after its start, so this tries again for a while.</summary>
    public static async Task<BaresipControl> ConnectAsync(int port, TimeSpan limit)
    {
        TimeSpan end = MonotonicTime.Now + limit;
        while (true)
        {
            TcpClient connection = new() { NoDelay = true };
            try
            {
                await connection.ConnectAsync(IPAddress.Loopback, port);
                return new BaresipControl(connection);
            }
            catch (SocketException) when (MonotonicTime.Now < end)
            {
                connection.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    /// <summary>Gives one long command of baresip (the words after "/" in its user interface).</summary>
    /// <returns>What baresip printed for it.</returns>
    /// <exception cref="InvalidOperationException">baresip refused it.</exception>
    public async Task<string> CommandAsync(string command, string? parameters = null)
    {
        string token = Interlocked.Increment(ref _tokens).ToString(System.Globalization.CultureInfo.InvariantCulture);
        TaskCompletionSource<string> reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _replies[token] = reply;
        }

        Dictionary<string, string> message = new() { ["command"] = command, ["token"] = token };
        if (parameters is not null)
        {
            message["params"] = parameters;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(message);
        byte[] frame = [.. Encoding.ASCII.GetBytes($"{json.Length}:"), .. json, (byte)','];
        await _sending.WaitAsync();
        try
        {
            await _connection.GetStream().WriteAsync(frame);
        }
        finally
        {
            _sending.Release();
        }

        return await reply.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>Waits for an event that comes after this call, or came after the <paramref name="known"/>-th.</summary>
    public Task<BaresipEvent> WaitForAsync(Predicate<BaresipEvent> wanted, TimeSpan limit, int known = int.MaxValue)
    {
        TaskCompletionSource<BaresipEvent> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            int from = Math.Min(known, _events.Count);
            int already = _events.FindIndex(from, wanted);
            if (already >= 0)
            {
                return Task.FromResult(_events[already]);
            }

            _waiters.Add((wanted, seen));
        }

        return seen.Task.WaitAsync(limit);
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _reading;
        _sending.Dispose();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[1 << 16];
        List<byte> pending = [];
        try
        {
            NetworkStream stream = _connection.GetStream();
            while (true)
            {
                int read = await stream.ReadAsync(buffer);
                if (read == 0)
                {
                    return;
                }

                pending.AddRange(buffer.AsSpan(0, read));
                while (TryTakeFrame(pending, out string? frame))
                {
                    Take(frame);
                }
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The process is gone or we hung up: nothing more will come.
        }
        finally
        {
            lock (_gate)
            {
                foreach (TaskCompletionSource<string> reply in _replies.Values)
                {
                    reply.TrySetException(new InvalidOperationException("baresip closed its control line."));
                }
            }
        }
    }

    private static bool TryTakeFrame(List<byte> pending, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? frame)
    {
        frame = null;
        int colon = pending.IndexOf((byte)':');
        if (colon <= 0)
        {
            return false;
        }

        int length = int.Parse(Encoding.ASCII.GetString([.. pending[..colon]]), System.Globalization.CultureInfo.InvariantCulture);
        if (pending.Count < colon + length + 2)
        {
            return false;
        }

        frame = Encoding.UTF8.GetString([.. pending[(colon + 1)..(colon + 1 + length)]]);
        pending.RemoveRange(0, colon + length + 2);
        return true;
    }

    private void Take(string frame)
    {
        using JsonDocument json = JsonDocument.Parse(frame);
        JsonElement root = json.RootElement;
        lock (_gate)
        {
            if (root.TryGetProperty("response", out _))
            {
                string token = root.TryGetProperty("token", out JsonElement t) ? t.GetString()! : string.Empty;
                if (_replies.Remove(token, out TaskCompletionSource<string>? reply))
                {
                    string data = root.GetProperty("data").GetString() ?? string.Empty;
                    if (root.GetProperty("ok").GetBoolean())
                    {
                        reply.TrySetResult(data);
                    }
                    else
                    {
                        reply.TrySetException(new InvalidOperationException($"baresip refused a command: {data}"));
                    }
                }
            }
            else if (root.TryGetProperty("type", out JsonElement type))
            {
                string parameter = root.TryGetProperty("param", out JsonElement p) ? p.GetString() ?? string.Empty : string.Empty;
                BaresipEvent occurred = new(MonotonicTime.Now, type.GetString()!, parameter);
                _events.Add(occurred);
                for (int i = _waiters.Count - 1; i >= 0; i--)
                {
                    if (_waiters[i].Wanted(occurred))
                    {
                        _waiters[i].Seen.TrySetResult(occurred);
                        _waiters.RemoveAt(i);
                    }
                }
            }
        }
    }
}
