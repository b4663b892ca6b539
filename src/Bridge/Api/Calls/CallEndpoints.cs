using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Storage;

namespace PhoneBridge.Bridge.Api.Calls;

/// <summary>Records of calls, as JSON by pages or as one table.</summary>
internal static class CallEndpoints
{
    private const string Json = "application/json";
    private const string Csv = "text/csv";

    public static void MapCalls(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder calls = api.MapGroup("/calls").WithTags("Calls");
        calls.MapGet("", ([AsParameters] CallQuery query, CallJournal journal, HttpContext context) =>
                PrefersCsv(context.Request.GetTypedHeaders()) ? TableAsync(query, journal, context) : PageAsync(query, journal, context))
            .WithSummary("Records of calls in the order of their arrival; after= the next of the page before, limit= 1 to 500. Accept: text/csv gives the table of /calls.csv.")
            .Produces<CallPage>(StatusCodes.Status200OK, Json, Csv)
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        calls.MapCallLadders();
        api.MapGet("/calls.csv", ([AsParameters] CallQuery query, CallJournal journal, HttpContext context) => TableAsync(query, journal, context))
            .WithTags("Calls")
            .WithSummary("Records of calls as one table (RFC 4180) with a head; all that the filters let through, unless limit= says less.")
            .Produces<string>(StatusCodes.Status200OK, Csv)
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    // Only who names CSV, and does not like JSON as much, gets it.
    private static bool PrefersCsv(RequestHeaders headers) => QualityOf(headers, Csv) is var csv && csv > 0 && csv > QualityOf(headers, Json);

    private static double QualityOf(RequestHeaders headers, string type) => headers.Accept
        .Where(range => range.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
        .Select(range => range.Quality ?? 1)
        .DefaultIfEmpty(0)
        .Max();

    private static async Task<IResult> PageAsync(CallQuery query, CallJournal journal, HttpContext context)
    {
        if (query.Read(out CallFilter filter, out CallId? after, out int? limit) is { Count: > 0 } errors)
        {
            return Problems.WrongFields(errors);
        }

        SetHeaders(context);
        int size = CallQuery.PageOf(limit);
        try
        {
            // One more than asked for tells whether there is a next page.
            IReadOnlyList<CallRecord> found = await journal.ReadAsync(filter, after, size + 1, context.RequestAborted).ConfigureAwait(false);
            CallBody[] page = [.. found.Take(size).Select(CallBody.From)];
            return TypedResults.Ok(new CallPage(page, found.Count > size ? page[^1].Id : null));
        }
        catch (StorageException fault)
        {
            return Problems.Unavailable(fault.Message);
        }
    }

    private static async Task<IResult> TableAsync(CallQuery query, CallJournal journal, HttpContext context)
    {
        if (query.Read(out CallFilter filter, out CallId? after, out int? limit) is { Count: > 0 } errors)
        {
            return Problems.WrongFields(errors);
        }

        CallTable table = new(journal, filter);
        try
        {
            IReadOnlyList<CallRecord> first = await table.ReadFirstAsync(after, limit, context.RequestAborted).ConfigureAwait(false);
            SetHeaders(context);
            return TypedResults.Stream(
                output => table.WriteAsync(output, first, limit, context.RequestAborted), Csv + "; charset=utf-8; header=present", "calls.csv");
        }
        catch (StorageException fault)
        {
            return Problems.Unavailable(fault.Message);
        }
    }

    private static void SetHeaders(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store"; // who called when
        context.Response.Headers.Vary = HeaderNames.Accept;
    }
}
