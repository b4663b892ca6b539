using System.Text;
using Microsoft.Net.Http.Headers;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.CallTraces;

namespace PhoneBridge.Bridge.Api.Calls;

/// <summary>The messages of one call: as JSON, as a ladder in plain text, or as a page.</summary>
internal static class CallLadderEndpoints
{
    private const string Json = "application/json";
    private const string Text = "text/plain";
    private const string Html = "text/html";

    public static void MapCallLadders(this RouteGroupBuilder calls)
    {
        calls.MapGet("/{id}/messages", (string id, CallTraceRecorder ladders, HttpContext context) => AnswerAsync(id, Preferred(context), ladders, context))
            .WithSummary("SIP messages of a call, redacted, with what happened beside them. Accept: text/plain gives a ladder to read, text/html a page.")
            .Produces<CallLadderBody>(StatusCodes.Status200OK, Json, Text, Html)
            .ProducesProblem(StatusCodes.Status404NotFound);
        calls.MapGet("/{id}/messages.txt", (string id, CallTraceRecorder ladders, HttpContext context) => AnswerAsync(id, Text, ladders, context))
            .WithSummary("The ladder of a call in plain text; in French or English by Accept-Language.")
            .Produces<string>(StatusCodes.Status200OK, Text)
            .ProducesProblem(StatusCodes.Status404NotFound);
        calls.MapGet("/{id}/messages.html", (string id, CallTraceRecorder ladders, HttpContext context) => AnswerAsync(id, Html, ladders, context))
            .WithSummary("The ladder of a call as a page without scripts; in French or English by Accept-Language.")
            .Produces<string>(StatusCodes.Status200OK, Html)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> AnswerAsync(string id, string form, CallTraceRecorder ladders, HttpContext context)
    {
        if (!CallId.TryParse(id, out CallId call) || await ladders.ReadAsync(call, context.RequestAborted).ConfigureAwait(false) is not { } ladder)
        {
            return Problems.NotFound("ladder: the call is unknown, came before the last start, or was too long ago");
        }

        IHeaderDictionary headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.Vary = $"{HeaderNames.Accept}, {HeaderNames.AcceptLanguage}";
        headers.XContentTypeOptions = "nosniff";
        LadderTexts texts = TextsOf(context);
        switch (form)
        {
            case Text:
                headers.ContentLanguage = texts.Language;
                return TypedResults.Text(LadderText.Write(ladder, texts), Text, Encoding.UTF8);
            case Html:
                headers.ContentLanguage = texts.Language;
                headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
                return TypedResults.Text(LadderPage.Write(ladder, texts), Html, Encoding.UTF8);
            default:
                return TypedResults.Ok(CallLadderBody.From(ladder));
        }
    }

    // JSON, unless another form is liked better.
    private static string Preferred(HttpContext context)
    {
        IList<MediaTypeHeaderValue> accept = context.Request.GetTypedHeaders().Accept;
        return new[] { Json, Text, Html }.MaxBy(form => accept
            .Where(range => range.MediaType.Equals(form, StringComparison.OrdinalIgnoreCase))
            .Select(range => range.Quality ?? 1)
            .DefaultIfEmpty(0)
            .Max())!;
    }

    private static LadderTexts TextsOf(HttpContext context)
    {
        string? best = context.Request.GetTypedHeaders().AcceptLanguage
            .Where(language => (language.Quality ?? 1) > 0)
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.ToString())
            .FirstOrDefault(language => Speaks(language, "fr") || Speaks(language, "en"));
        return best is not null && Speaks(best, "fr") ? LadderTexts.French : LadderTexts.English;
    }

    private static bool Speaks(string range, string language) =>
        range.Equals(language, StringComparison.OrdinalIgnoreCase) || range.StartsWith(language + "-", StringComparison.OrdinalIgnoreCase);
}
