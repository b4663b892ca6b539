using System.Net;
using PhoneBridge.Bridge.Api;
using PhoneBridge.Bridge.Api.Keys;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Demo;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Prompts;
using PhoneBridge.Bridge.Shutdown;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Bridge.Telemetry;

namespace PhoneBridge.Bridge;

/// <summary>Puts the bridge together. Program and tests start the same host.</summary>
public static class BridgeHost
{
    /// <summary>Builds the host without starting it.</summary>
    /// <param name="args">Command line: <c>--Section:Key=value</c>, <c>--config file</c>.</param>
    /// <param name="configure">Last word on the services, for tests that put something else in their place.</param>
    /// <exception cref="ConfigurationException">The configuration has errors; all are named.</exception>
    /// <exception cref="StorageException">The data folder cannot be used.</exception>
    public static async Task<WebApplication> CreateAsync(string[] args, Action<IServiceCollection>? configure = null)
    {
        ShortPauses.Prefer();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(BridgeHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        BridgeConfiguration.AddSources(builder.Configuration, args);
        IReadOnlyList<string> errors = ConfigurationErrors.Find(builder.Configuration);
        if (errors.Count != 0)
        {
            throw new ConfigurationException(errors);
        }

        TelemetryOptions telemetry = Read<TelemetryOptions>(builder.Configuration, TelemetryOptions.Section);
        ApiOptions api = Read<ApiOptions>(builder.Configuration, ApiOptions.Section);
        ShutdownOptions shutdown = Read<ShutdownOptions>(builder.Configuration, ShutdownOptions.Section);

        StorageSetup storage = await StorageSetup.OpenAsync(Read<StorageOptions>(builder.Configuration, StorageOptions.Section)).ConfigureAwait(false);

        IServiceCollection services = builder.Services;
        ConfigurationErrors.AddSections(services, builder.Configuration);
        builder.Logging.AddBridgeLogging(telemetry);
        services.AddSystemd();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new ConfigurationSource(args));
        services.AddSingleton<HealthBoard>();
        services.AddSingleton<DrainState>();
        services.AddSingleton<StopSignals>();
        services.AddHostedService(provider => provider.GetRequiredService<StopSignals>());
        services.AddHostedService<DrainService>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = shutdown.DrainDeadline + shutdown.GoodbyeTime + TimeSpan.FromSeconds(15));
        services.AddBridgeMetrics(telemetry);
        services.AddBridgePrompts();
        storage.AddTo(services);
        services.AddCalls();
        services.AddHostedService<CompileAhead>();
        services.AddBridgeApi();
        services.AddHostedService<DemoRoom>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            Uri listen = new(api.Listen);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = api.MaxBodyBytes;
            kestrel.Listen(IPAddress.Parse(listen.DnsSafeHost), listen.Port);
        });
        configure?.Invoke(services);

        WebApplication app = builder.Build();
        await storage.RestoreBrakeAsync(app.Services).ConfigureAwait(false);
        await app.Services.GetRequiredService<ApiKeyFile>().EnsureKeyAsync().ConfigureAwait(false);
        app.Services.GetRequiredService<CallGauges>(); // there from the first scrape on
        app.UseBridgeApi();
        app.MapHealth();
        app.MapMetrics(telemetry);
        app.MapBridgeApi();
        return app;
    }

    private static T Read<T>(ConfigurationManager configuration, string section)
        where T : class, new()
    {
        T options = new();
        configuration.GetSection(section).Bind(options);
        return options;
    }
}
