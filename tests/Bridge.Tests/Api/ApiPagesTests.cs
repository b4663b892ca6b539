using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using PhoneBridge.Bridge.Tests.Hosting;

namespace PhoneBridge.Bridge.Tests.Api;

public sealed partial class ApiPagesTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private readonly RunningBridge _bridge = fixture.Bridge;

    [Fact]
    public async Task The_front_page_leads_to_the_documentation()
    {
        using HttpResponseMessage response = await _bridge.Anonymous.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal("/docs/", response.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_documentation_works_without_the_internet()
    {
        string page = await _bridge.Anonymous.GetStringAsync("/docs/", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        string[] scripts = [.. ScriptSource().Matches(page).Select(m => m.Groups[1].Value)];
        Assert.NotEmpty(scripts);
        foreach (string script in scripts)
        {
            Assert.NotEmpty(await _bridge.Anonymous.GetByteArrayAsync("/docs/" + script, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Every_operation_of_the_api_is_described_with_a_summary_and_the_key_it_needs()
    {
        using JsonDocument document = JsonDocument.Parse(await _bridge.Anonymous.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        int operations = 0;
        foreach (JsonProperty path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (JsonProperty operation in path.Value.EnumerateObject())
            {
                operations++;
                Assert.True(operation.Value.TryGetProperty("summary", out _), $"{operation.Name} {path.Name} has no summary");
                Assert.Equal(
                    (path.Name, path.Name.StartsWith("/api/", StringComparison.Ordinal)),
                    (path.Name, operation.Value.TryGetProperty("security", out JsonElement security) && security.GetArrayLength() == 1));
            }
        }

        Assert.True(operations >= 3, $"only {operations} operations");
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/v1/status", HttpStatusCode.MethodNotAllowed)]
    public async Task What_is_not_there_is_a_problem_document_too(string method, string path, HttpStatusCode expected)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        using HttpResponseMessage response = await _bridge.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [GeneratedRegex("<script[^>]* src=\"([^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex ScriptSource();
}
