using System.Net;
using System.Text;
using System.Text.Json;
using PhoneBridge.Bridge.Tests.Hosting;

namespace PhoneBridge.Bridge.Tests.Api;

/// <summary>One answer of the API.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="MediaType">Type of the body.</param>
/// <param name="Body">The body as JSON; undefined when there is none.</param>
/// <param name="ETag">The version.</param>
internal sealed record Answer(HttpStatusCode Status, string? MediaType, JsonElement Body, string? ETag)
{
    public string Text(string field) => Body.GetProperty(field).GetString()!;

    /// <summary>Reasons of one wrong field; empty when it is not named.</summary>
    public string[] Errors(string field) =>
        Body.TryGetProperty("errors", out JsonElement errors) && errors.TryGetProperty(field, out JsonElement reasons)
            ? [.. reasons.EnumerateArray().Select(r => r.GetString()!)]
            : [];
}

/// <summary>Requests as a front end would make them.</summary>
internal static class ApiClient
{
    public static async Task<Answer> SendAsync(this RunningBridge bridge, HttpMethod method, string path, string? json = null, string? ifMatch = null)
    {
        using HttpRequestMessage request = new(method, "/api/v1/" + path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using HttpResponseMessage response = await bridge.Client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        JsonElement body = text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone();
        return new Answer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, body, response.Headers.ETag?.Tag);
    }

    public static Task<Answer> GetAsync(this RunningBridge bridge, string path) => bridge.SendAsync(HttpMethod.Get, path);

    public static Task<Answer> PostAsync(this RunningBridge bridge, string path, string? json = null) => bridge.SendAsync(HttpMethod.Post, path, json);

    public static Task<Answer> PatchAsync(this RunningBridge bridge, string path, string json) => bridge.SendAsync(HttpMethod.Patch, path, json);

    public static Task<Answer> DeleteAsync(this RunningBridge bridge, string path) => bridge.SendAsync(HttpMethod.Delete, path);

    public static async Task<Answer> CreateRoomAsync(this RunningBridge bridge, string title = "Conseil", string more = "")
    {
        Answer answer = await bridge.PostAsync("rooms", $"{{\"title\":\"{title}\"{more}}}");
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return answer;
    }
}
