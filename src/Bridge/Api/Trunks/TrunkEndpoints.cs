using PhoneBridge.Bridge.Trunks;

namespace PhoneBridge.Bridge.Api.Trunks;

/// <summary>How the trunks are, and reloading them.</summary>
internal static class TrunkEndpoints
{
    public static void MapTrunks(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder trunks = api.MapGroup("/trunks").WithTags("Trunks");
        trunks.MapGet("", (TrunkStates states, TrunkKeeper keeper, TrunkFigures figures) =>
                new TrunkList([.. states.Current.Select(status => BodyOf(status, keeper, figures))]))
            .WithSummary("The trunks of the configuration: whether calls can be had by each, why and since when, and what it did since the start.");
        trunks.MapGet("/{name}", (string name, TrunkStates states, TrunkKeeper keeper, TrunkFigures figures) =>
                states.Current.FirstOrDefault(status => status.Name == name) is { } status
                    ? TypedResults.Ok(BodyOf(status, keeper, figures))
                    : Problems.NotFound("trunk"))
            .WithSummary("One trunk.")
            .Produces<TrunkBody>().ProducesProblem(StatusCodes.Status404NotFound);
        trunks.MapPost("/reload", ReloadAsync)
            .WithSummary("Reads the configuration again and puts its trunks in force; calls that run are not touched. When anything in it is wrong, "
                + "nothing changes, and the answer names every error by its key.")
            .Produces<TrunkReloadBody>().ProducesValidationProblem(StatusCodes.Status409Conflict);
    }

    private static TrunkBody BodyOf(TrunkStatus status, TrunkKeeper keeper, TrunkFigures figures) =>
        TrunkBody.From(status, keeper.Kept.FirstOrDefault(kept => kept.Options.Name == status.Name), figures[status.Name]);

    private static async Task<IResult> ReloadAsync(TrunkReload reload, CancellationToken cancellation)
    {
        TrunkReloadResult result = await reload.ReloadAsync(cancellation).ConfigureAwait(false);
        return result.Errors.Count == 0
            ? TypedResults.Ok(new TrunkReloadBody(result.Added, result.Removed, result.Changed))
            : Problems.WrongConfiguration(result.Errors);
    }
}
