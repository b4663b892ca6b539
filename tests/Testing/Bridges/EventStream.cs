using System.Text.Json;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Bridges;

/// <summary>One server-sent event.</summary>
/// <param name="At">When it was read, on <see cref="MonotonicTime"/>.</param>
/// <param name="Id">Its id; empty for none.</param>
/// <param name="Type">Its event name; "message" for none.</param>
/// <param name="Data">Its JSON.</param>
public sealed record StreamedEvent(TimeSpan At, string Id, string Type, JsonElement Data);

/// <summary>A stream of server-sent events that is being followed. Members may be used from any thread.</summary>
public sealed class EventStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly Lock _gate = new();
    private readonly List<StreamedEvent> _events = [];
    private readonly List<(Predicate<StreamedEvent> Wanted, TaskCompletionSource<StreamedEvent> Seen)> _waiters = [];
    private readonly Task _reading;

    private EventStream(HttpResponseMessage response, Stream content)
    {
        _response = response;
        _reading = Task.Run(() => ReadAsync(content));
    }

    /// <summary>Events so far.</summary>
    public IReadOnlyList<StreamedEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Waits for an event, also among those that came already.</summary>
    public Task<StreamedEvent> WaitForAsync(Predicate<StreamedEvent> wanted, TimeSpan limit)
    {
        TaskCompletionSource<StreamedEvent> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_events.Find(wanted) is { } already)
            {
                return Task.FromResult(already);
            }

            _waiters.Add((wanted, seen));
        }

        return seen.Task.WaitAsync(limit);
    }

    /// <summary>Closes the stream.</summary>
    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        await _reading;
    }

    internal static async Task<EventStream> OpenAsync(HttpClient http, string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.ParseAdd("text/event-stream");
        HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new EventStream(response, await response.Content.ReadAsStreamAsync());
    }

    private async Task ReadAsync(Stream content)
    {
        try
        {
            using StreamReader reader = new(content);
            string id = string.Empty;
            string type = "message";
            string data = string.Empty;
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.Length == 0)
                {
                    Take(id, type, data);
                    (type, data) = ("message", string.Empty);
                }
                else if (line.StartsWith("id:", StringComparison.Ordinal))
                {
                    id = line[3..].Trim();
                }
                else if (line.StartsWith("event:", StringComparison.Ordinal))
                {
                    type = line[6..].Trim();
                }
                else if (line.StartsWith("data:", StringComparison.Ordinal))
                {
                    data += line[5..].Trim();
                }
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or HttpRequestException or InvalidOperationException)
        {
            // We or the bridge closed the stream.
        }
    }

    private void Take(string id, string type, string data)
    {
        if (data.Length == 0)
        {
            return;
        }

        using JsonDocument json = JsonDocument.Parse(data);
        StreamedEvent occurred = new(MonotonicTime.Now, id, type, json.RootElement.Clone());
        lock (_gate)
        {
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
