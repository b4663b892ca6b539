using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Api.Keys;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Tests.Hosting;

namespace PhoneBridge.Bridge.Tests.Api;

public sealed class ApiKeysTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private readonly RunningBridge _bridge = fixture.Bridge;

    [Fact]
    public async Task The_key_of_the_file_opens_the_api()
    {
        using HttpResponseMessage response = await _bridge.Client.GetAsync("/api/v1/status", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("Bearer", "")]
    [InlineData("Bearer", "pbk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Basic", "YWRtaW46YWRtaW4=")]
    public async Task Without_a_right_key_every_request_gets_401_as_a_problem(string? scheme, string? parameter)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/status");
        request.Headers.Authorization = scheme is null ? null : new AuthenticationHeaderValue(scheme, parameter);
        using HttpResponseMessage response = await _bridge.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task A_key_that_differs_in_its_last_character_opens_nothing()
    {
        string wrong = _bridge.Key[..^1] + (_bridge.Key[^1] == 'A' ? 'B' : 'A');
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/status");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", wrong);
        using HttpResponseMessage response = await _bridge.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public void The_folder_and_its_secrets_are_for_the_owner_alone_and_the_key_is_kept_as_a_hash()
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(_bridge.Folder));
        foreach (string name in (string[])["api-key.txt", "api-keys.json"])
        {
            Assert.Equal(owner, File.GetUnixFileMode(Path.Combine(_bridge.Folder, name)));
        }

        Assert.DoesNotContain(_bridge.Key, File.ReadAllText(Path.Combine(_bridge.Folder, "api-keys.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_start_keeps_the_key_even_when_its_text_was_taken_away()
    {
        using TemporaryFolder folder = new();
        ApiKeys first = Load(folder.Path);
        string key = File.ReadAllText(Path.Combine(folder.Path, "api-key.txt")).Trim();
        File.Delete(Path.Combine(folder.Path, "api-key.txt"));
        Assert.Equal(("admin", "admin"), (first.NameOf(key), Load(folder.Path).NameOf(key)));
        Assert.False(File.Exists(Path.Combine(folder.Path, "api-key.txt")));
    }

    [Fact]
    public void A_crash_between_the_two_files_leaves_no_key_that_nobody_has()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(Path.Combine(folder.Path, "api-key.txt"), "pbk_written_but_not_kept\n");
        File.WriteAllText(Path.Combine(folder.Path, "api-keys.json.new"), "[{\"na");
        ApiKeys keys = Load(folder.Path);
        Assert.Null(keys.NameOf("pbk_written_but_not_kept"));
        Assert.Equal("admin", keys.NameOf(File.ReadAllText(Path.Combine(folder.Path, "api-key.txt")).Trim()));
    }

    [Theory]
    [InlineData("[{\"na")]
    [InlineData("[{\"name\":\"x\",\"sha256\":\"xyz\"}]")]
    public void A_broken_file_of_hashes_stops_the_start_and_is_named(string text)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "api-keys.json");
        File.WriteAllText(path, text);
        Assert.StartsWith(path, Assert.Throws<ConfigurationException>(() => Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_stops_the_start()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");
        Assert.StartsWith("Storage:Folder: ", Assert.Throws<ConfigurationException>(() => Load(Path.Combine(file, "data"))).Message, StringComparison.Ordinal);
    }

    private static ApiKeys Load(string folder) =>
        new ApiKeyFile(Options.Create(new StorageOptions { Folder = folder }), NullLogger<ApiKeyFile>.Instance).Load();
}
