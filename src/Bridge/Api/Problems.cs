using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;

namespace PhoneBridge.Bridge.Api;

/// <summary>Errors as <c>application/problem+json</c> (RFC 9457).</summary>
internal static partial class Problems
{
    /// <summary>404 for a thing of this kind.</summary>
    public static IResult NotFound(string what) =>
        TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "Not found", detail: $"There is no such {what}.");

    /// <summary>409: what was asked does not fit the state that things are in.</summary>
    public static IResult Conflict(string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: "Not possible now", detail: detail);

    /// <summary>503: something that is needed does not answer.</summary>
    public static IResult Unavailable(string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not available", detail: detail);

    /// <summary>400: a body is needed and there is none.</summary>
    public static IResult NoBody() => WrongField("body", "is missing");

    /// <summary>400 that names one wrong field.</summary>
    public static IResult WrongField(string field, string reason) => WrongFields(new Dictionary<string, string[]> { [field] = [reason] });

    /// <summary>400 that names the wrong fields.</summary>
    public static IResult WrongFields(IReadOnlyDictionary<string, string[]> errors) =>
        TypedResults.ValidationProblem(errors, title: "The request has wrong fields");

    /// <summary>409: the configuration has errors, each named with its key; secrets are never in them.</summary>
    /// <param name="errors">Each begins with its key and a colon, then a blank.</param>
    public static IResult WrongConfiguration(IReadOnlyList<string> errors) => TypedResults.Problem(new HttpValidationProblemDetails(
        errors.Select(error => error.Split(": ", 2)).GroupBy(parts => parts[0], parts => parts[^1]).ToDictionary(key => key.Key, key => key.ToArray()))
    {
        Status = StatusCodes.Status409Conflict,
        Title = "The configuration cannot be used; nothing changed",
    });

    /// <summary>Answers a request that ended in an exception: a body that cannot be read, or a fault of ours.</summary>
    public static async Task AnswerExceptionAsync(HttpContext context)
    {
        Exception? error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        IResult result = error switch
        {
            BadHttpRequestException { InnerException: JsonException json } => WrongFields(FieldOf(json)),
            BadHttpRequestException bad => TypedResults.Problem(statusCode: bad.StatusCode, title: TitleOf(bad.StatusCode), detail: DetailOf(bad)),
            _ => TypedResults.Problem(
                statusCode: StatusCodes.Status500InternalServerError,
                title: "The bridge failed",
                detail: "The log has the reason."),
        };
        await result.ExecuteAsync(context).ConfigureAwait(false);
    }

    // The texts of the serialiser name .NET types; the one who asked needs the field.
    private static Dictionary<string, string[]> FieldOf(JsonException json)
    {
        string path = json.Path is { Length: > 2 } p && p.StartsWith("$.", StringComparison.Ordinal) ? p[2..] : "";
        Match unknown = UnknownProperty().Match(json.Message);
        return unknown.Success
            ? new() { [unknown.Groups[1].Value] = ["is not a known field"] }
            : new() { [path.Length == 0 ? "body" : path] = [path.Length == 0 ? "is not the JSON object that is expected" : "has a value of the wrong kind"] };
    }

    [GeneratedRegex("^The JSON property '(.{1,100})' could not be mapped", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex UnknownProperty();

    private static string TitleOf(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => "The body is too large",
        StatusCodes.Status415UnsupportedMediaType => "The body must be application/json",
        _ => "The request cannot be read",
    };

    private static string? DetailOf(BadHttpRequestException bad) => bad.StatusCode == StatusCodes.Status400BadRequest ? bad.Message : null;
}
