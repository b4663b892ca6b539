using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Telemetry;

/// <summary>OpenTelemetry's meter provider and the page that Prometheus reads.</summary>
internal static class MetricsSetup
{
    public static void AddBridgeMetrics(this IServiceCollection services, TelemetryOptions options)
    {
        services.AddMetrics();
        services.AddSingleton<BridgeMetrics>();
        if (options.Metrics)
        {
            services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("phonebridge")).WithMetrics(metrics => metrics
                .AddMeter(BridgeMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                .AddRuntimeInstrumentation()
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
