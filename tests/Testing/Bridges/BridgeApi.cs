using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace PhoneBridge.Testing.Bridges;

/// <summary>An answer of the API.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON body; undefined when there is none.</param>
/// <param name="Text">Body as it came.</param>
public sealed record ApiAnswer(HttpStatusCode Status, JsonElement Body, string Text)
{
    /// <summary>The answer itself when it is a success.</summary>
    /// <exception cref="InvalidOperationException">It is none; the message holds the problem document.</exception>
    public ApiAnswer Required() => (int)Status is >= 200 and < 300 ? this : throw new InvalidOperationException($"{(int)Status}: {Text}");
}

/// <summary>The bridge's HTTP API with its key, by paths and JSON: a client as others would write it.</summary>
public sealed class BridgeApi(Uri bridge, string key) : IDisposable
{
    private readonly HttpClient _http = Create(bridge, key);

    /// <summary>Address of the bridge.</summary>
    public Uri Address => bridge;

    /// <summary>The key.</summary>
    public string Key => key;

    /// <summary>GET below /api/v1.</summary>
    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>POST below /api/v1.</summary>
    public Task<ApiAnswer> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>PATCH below /api/v1.</summary>
    public Task<ApiAnswer> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, body);

    /// <summary>DELETE below /api/v1.</summary>
    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Any request below /api/v1.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using HttpRequestMessage request = new(method, new Uri($"api/v1/{path.TrimStart('/')}", UriKind.Relative));
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        using HttpResponseMessage answer = await _http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        JsonElement json = default;
        if (answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true && text.Length > 0)
        {
            using JsonDocument document = JsonDocument.Parse(text);
            json = document.RootElement.Clone();
        }

        return new ApiAnswer(answer.StatusCode, json, text);
    }

    /// <summary>Follows a stream of events.</summary>
    public Task<EventStream> FollowAsync(string path) => EventStream.OpenAsync(_http, $"api/v1/{path.TrimStart('/')}");

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private static HttpClient Create(Uri bridge, string key)
    {
        HttpClient http = new() { BaseAddress = bridge, Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }
}
