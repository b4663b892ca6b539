using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using PhoneBridge.Bridge.Conference;
using PhoneBridge.Bridge.Tests.Api;

namespace PhoneBridge.Bridge.Tests.Hosting;

/// <summary>The real host on loopback: every port chosen by the system, data in a folder of its own that goes with it.</summary>
public sealed class RunningBridge : IAsyncDisposable
{
    private RunningBridge(WebApplication app, string folder)
    {
        App = app;
        Folder = folder;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Key = File.ReadAllText(Path.Combine(folder, "api-key.txt")).Trim();
        Anonymous = new HttpClient { BaseAddress = Address };
        Client = new HttpClient { BaseAddress = Address };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public WebApplication App { get; }

    public string Folder { get; }

    public Uri Address { get; }

    public string Key { get; }

    /// <summary>Presents the key.</summary>
    public HttpClient Client { get; }

    /// <summary>Presents none.</summary>
    public HttpClient Anonymous { get; }

    public static async Task<RunningBridge> StartAsync(string[]? args = null, Action<IServiceCollection>? configure = null)
    {
        string folder = Directory.CreateTempSubdirectory("phonebridge-test-").FullName;
        WebApplication app = await BridgeHost.CreateAsync(
            ["--Telemetry:LogLevel=Warning", "--Api:Listen=http://127.0.0.1:0", "--Sip:Udp:0=127.0.0.1:0", "--Sip:Tcp:0=127.0.0.1:0", $"--Storage:Folder={folder}", .. args ?? []],
            services =>
            {
                services.AddSingleton<InMemoryDirectory>();
                services.AddSingleton<IMeetingDirectory>(provider => provider.GetRequiredService<InMemoryDirectory>());
                configure?.Invoke(services);
            });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningBridge(app, folder);
    }

    /// <summary>The meetings; real ones, without lines.</summary>
    internal InMemoryDirectory Meetings => Get<InMemoryDirectory>();

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Anonymous.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>One running bridge for all tests of a class.</summary>
public sealed class BridgeFixture : IAsyncLifetime
{
    private RunningBridge? _bridge;

    public RunningBridge Bridge => _bridge!;

    public async ValueTask InitializeAsync() => _bridge = await RunningBridge.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_bridge is not null)
        {
            await _bridge.DisposeAsync();
        }
    }
}
