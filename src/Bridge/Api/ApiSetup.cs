using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using PhoneBridge.Bridge.Api.Bans;
using PhoneBridge.Bridge.Api.Calls;
using PhoneBridge.Bridge.Api.Events;
using PhoneBridge.Bridge.Api.Keys;
using PhoneBridge.Bridge.Api.Meetings;
using PhoneBridge.Bridge.Api.Rooms;
using PhoneBridge.Bridge.Api.Trunks;
using Scalar.AspNetCore;

namespace PhoneBridge.Bridge.Api;

/// <summary>The HTTP API as a whole: keys, errors, description; each feature maps its own endpoints.</summary>
internal static class ApiSetup
{
    public static void AddBridgeApi(this IServiceCollection services)
    {
        services.AddRouting();
        services.AddProblemDetails();
        services.AddSingleton<ApiKeyFile>();
        services.AddSingleton<MeetingAnswers>();
        services.AddSingleton<EventFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<EventFeed>());
        services.AddSingleton<EventStreams>();

        // The core alone: AddAuthentication brings data protection with it, which keeps keys of its own in the home folder.
        services.AddAuthenticationCore(schemes =>
        {
            schemes.DefaultScheme = ApiKeyAuthentication.SchemeName;
            schemes.AddScheme<ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
        });
        services.AddTransient<ApiKeyAuthentication>();
        services.AddWebEncoders();
        services.AddAuthorization();
        services.ConfigureHttpJsonOptions(http =>
        {
            JsonSerializerOptions json = http.SerializerOptions;
            json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow; // a misspelt field is refused, not passed over
            json.AllowDuplicateProperties = false;
            json.NumberHandling = JsonNumberHandling.Strict;
            json.RespectNullableAnnotations = true;
            json.MaxDepth = 16;
            json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddOpenApi("v1", ApiDescription.Describe);
    }

    public static void UseBridgeApi(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = Problems.AnswerExceptionAsync,
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException, // the caller's fault: not an error of ours
        });
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();
    }

    public static void MapBridgeApi(this WebApplication app)
    {
        app.MapOpenApi();
        app.MapScalarApiReference("/docs", page => page
            .WithTitle("PhoneBridge API")
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp());
        app.MapGet("/", () => TypedResults.Redirect("/docs")).ExcludeFromDescription();

        RouteGroupBuilder api = app.MapGroup("/api/v1")
            .RequireAuthorization(new AuthorizeAttribute())
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        api.MapRooms();
        api.MapMeetings();
        api.MapParticipants();
        api.MapDialOut();
        api.MapEvents();
        api.MapCalls();
        api.MapTrunks();
        api.MapBans();
        api.MapStatus();
    }
}
