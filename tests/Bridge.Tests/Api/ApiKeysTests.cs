using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Api.Keys;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Storage;
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
    public void The_folder_and_its_secrets_are_for_the_owner_alone_and_the_key_is_nowhere_else()
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(_bridge.Folder));
        string[] files = Directory.GetFiles(_bridge.Folder);
        Assert.Contains(files, f => f.EndsWith("bridge.db", StringComparison.Ordinal));
        byte[] key = Encoding.ASCII.GetBytes(_bridge.Key);
        foreach (string file in files.Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            Assert.Equal((file, owner), (file, File.GetUnixFileMode(file) & (owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead)));
            if (!file.EndsWith("api-key.txt", StringComparison.Ordinal))
            {
                using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using MemoryStream content = new();
                stream.CopyTo(content);
                Assert.Equal((file, -1), (file, content.ToArray().AsSpan().IndexOf(key)));
            }
        }
    }

    [Fact]
    public async Task A_second_start_keeps_the_key_even_when_its_text_was_taken_away()
    {
        using TemporaryFolder folder = new();
        string key = await StartAsync(folder.Path);
        File.Delete(Path.Combine(folder.Path, "api-key.txt"));
        await using BridgeStorage storage = await OpenAsync(folder.Path);
        Assert.Equal("admin", storage.ApiKeys.Verify(key)?.Name);
        Assert.False(File.Exists(Path.Combine(folder.Path, "api-key.txt")));
    }

    [Fact]
    public async Task The_marker_makes_the_next_start_revoke_the_key_and_make_another()
    {
        using TemporaryFolder folder = new();
        string old = await StartAsync(folder.Path);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "api-key.renew"), "", TestContext.Current.CancellationToken); // by hand, or left by a crash
        string renewed = await StartAsync(folder.Path);
        Assert.NotEqual(old, renewed);
        await using BridgeStorage storage = await OpenAsync(folder.Path);
        Assert.Null(storage.ApiKeys.Verify(old));
        Assert.NotNull(storage.ApiKeys.Verify(renewed));
    }

    private static async Task<string> StartAsync(string folder)
    {
        await using BridgeStorage storage = await OpenAsync(folder);
        return (await File.ReadAllTextAsync(Path.Combine(folder, "api-key.txt"))).Trim();
    }

    private static async Task<BridgeStorage> OpenAsync(string folder)
    {
        BridgeStorage storage = await BridgeStorage.OpenAsync(folder, TimeSpan.FromSeconds(5), TimeSpan.FromDays(365));
        await new ApiKeyFile(storage, Options.Create(new StorageOptions { Folder = folder }), TimeProvider.System, NullLogger<ApiKeyFile>.Instance).EnsureKeyAsync();
        return storage;
    }
}
