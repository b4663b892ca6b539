using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using PhoneBridge.Bridge.Api.Keys;

namespace PhoneBridge.Bridge.Api;

/// <summary>What the OpenAPI document says beside the endpoints themselves.</summary>
internal static class ApiDescription
{
    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, context, cancellation) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "PhoneBridge",
                Version = "v1",
                Description = "Rooms, meetings, participants and calls of the telephony bridge. Every request under /api needs a key: "
                    + "Authorization: Bearer pbk_…. Errors are application/problem+json; a wrong field is named under errors.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [ApiKeyAuthentication.SchemeName] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key." },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, cancellation) =>
        {
            if (context.Description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true)
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiKeyAuthentication.SchemeName, context.Document)] = [] }];
            }

            return Task.CompletedTask;
        });
    }
}
