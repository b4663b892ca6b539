using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Shutdown;

namespace PhoneBridge.Bridge.Api;

/// <summary>The bridge as a whole.</summary>
/// <param name="Version">Version of the program.</param>
/// <param name="Phase">Serving, or where it is on its way out.</param>
/// <param name="Calls">Calls now.</param>
/// <param name="IsReady">Whether every outside thing that is needed works.</param>
public sealed record BridgeStatus(string Version, DrainPhase Phase, int Calls, bool IsReady);

/// <summary><c>/api/v1/status</c>.</summary>
internal static class StatusEndpoints
{
    private static readonly string Version = typeof(StatusEndpoints).Assembly.GetName().Version!.ToString(3);

    public static void MapStatus(this IEndpointRouteBuilder api) =>
        api.MapGet("/status", (HealthBoard health, DrainState drain) => new BridgeStatus(Version, drain.Phase, drain.RunningCalls, health.IsReady))
            .WithTags("Status").WithSummary("The bridge as a whole.");
}
