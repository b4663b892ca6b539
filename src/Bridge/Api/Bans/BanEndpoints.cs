using System.Net;
using PhoneBridge.Bridge.Calls;

namespace PhoneBridge.Bridge.Api.Bans;

/// <summary>Sources of SIP that are banned: seen and let in again.</summary>
internal static class BanEndpoints
{
    public static void MapBans(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder bans = api.MapGroup("/bans").WithTags("Bans");
        bans.MapGet("", (CallService calls, TimeProvider time) => TypedResults.Ok(calls.Endpoint.Guard.Bans
                .OrderByDescending(ban => ban.Left)
                .Select(ban => BanBody.From(ban, time.GetUtcNow()))
                .ToArray()))
            .WithSummary("Sources of SIP that are banned now, the latest first.");
        bans.MapDelete("/{address}", (string address, CallService calls, ILogger<CallService> logger) => Lift(address, calls, logger))
            .WithSummary("Lifts the ban of an address; of IPv6 that of its network of 64 bits.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static IResult Lift(string address, CallService calls, ILogger logger)
    {
        if (!IPAddress.TryParse(address, out IPAddress? source))
        {
            return Problems.WrongField("address", "is not an IP address");
        }

        if (!calls.Endpoint.Guard.Lift(source))
        {
            return Problems.NotFound("ban");
        }

        Log.BanLifted(logger, source);
        return TypedResults.NoContent();
    }
}
