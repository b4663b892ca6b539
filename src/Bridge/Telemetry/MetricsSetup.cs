using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Telemetry;

/// <summary>OpenTelemetry's meter provider and the page that Prometheus reads.</summary>
internal static class MetricsSetup
{
    // Of one instrument. Room for each is taken at the start: the library's 2000 would be 12 MB for all. Fifty trunks with ten outcomes fit.
    private const int MostSeries = 500;

    public static void AddBridgeMetrics(this IServiceCollection services, TelemetryOptions options)
    {
        services.AddMetrics();
        services.AddSingleton<BridgeMetrics>();
        if (options.Metrics)
        {
            services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("phonebridge")).WithMetrics(metrics => metrics
                .AddMeter(BridgeMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                .AddRuntimeInstrumentation()
                .AddView(_ => new MetricStreamConfiguration { CardinalityLimit = MostSeries })
                .AddPrometheusExporter());
        }
    }

    public static void MapMetrics(this IEndpointRouteBuilder routes, TelemetryOptions options)
    {
        if (options.Metrics)
        {
            routes.MapPrometheusScrapingEndpoint("/metrics");
        }
    }
}
