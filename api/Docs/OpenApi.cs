using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;

namespace StyleShare.Api.Docs;

/// <summary><c>/openapi/v1.json</c>: made by the framework from the endpoints; here is what it cannot know by itself.</summary>
internal static class OpenApi
{
    private const string Version = "v1";
    private const string Bearer = "bearer";
    private const string OperatorScheme = "operator";
    private const string TillScheme = "till";

    public static void AddApiDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        services.AddOpenApi(Version, options =>
        {
            options.ShouldInclude = description => description.RelativePath is { } path
                && (path.StartsWith("v1/", StringComparison.Ordinal) || path.StartsWith("ops/v1/", StringComparison.Ordinal));
            options.AddDocumentTransformer((document, _, _) => Complete(document));
            options.AddSchemaTransformer((schema, context, _) => Complete(schema, context));
            options.AddOperationTransformer((operation, context, _) => Complete(operation, context));
        });
    }

    /// <summary>Maps the document, and the page that shows it; all that the page needs comes from here, not from the net.</summary>
    public static void MapApiDocument(this WebApplication app)
    {
        var document = new ApiDocument(app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Version));
        app.MapGet("/openapi/v1.json", (RequestDelegate)document.Get);
        // In a branch of its own: the page's middleware would look at every request.
        app.UseWhen(
            static http => http.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal),
            static docs => docs.UseSwaggerUI(page =>
            {
                page.RoutePrefix = "docs";
                page.DocumentTitle = "StyleShare API";
                page.SwaggerEndpoint("/openapi/v1.json", "StyleShare API, version 1");
            }));
    }

    private static Task Complete(OpenApiDocument document)
    {
        document.Info.Title = "StyleShare";
        document.Info.Version = "1";
        document.Info.Description =
            "Share what you wear. Times are RFC 3339 in UTC, ids are opaque, money is in minor units. "
            + "Errors are problems (RFC 9457) with a stable `code`.";
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Bearer,
            BearerFormat = "JWT",
            Description = "The `accessToken` of a new account or session.",
        };
        document.Components.SecuritySchemes[OperatorScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Bearer,
            Description = "The operators' key.",
        };
        document.Components.SecuritySchemes[TillScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Bearer,
            Description = "An `apiKey` of the merchant.",
        };
        return Task.CompletedTask;
    }

    // What is left out when it is null is not always there.
    private static Task Complete(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        foreach (var property in context.JsonTypeInfo.Type.GetProperties())
        {
            if (property.GetCustomAttribute<JsonIgnoreAttribute>() is { Condition: JsonIgnoreCondition.WhenWritingNull })
                schema.Required?.Remove(JsonNamingPolicy.CamelCase.ConvertName(property.Name));
        }

        return Task.CompletedTask;
    }

    private static Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var needsCaller = !metadata.OfType<IAllowAnonymous>().Any();
        operation.Parameters ??= [];
        operation.Responses ??= [];
        AddPath(operation, context, metadata);
        AddHeaders(operation, context, metadata);
        AddExamples(operation, metadata);
        var scheme = metadata.OfType<NeedsOperator>().Any() ? OperatorScheme : metadata.OfType<NeedsTill>().Any() ? TillScheme : Bearer;
        AddFailures(operation, context, metadata, needsCaller);
        if (needsCaller)
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] }];
        return Task.CompletedTask;
    }

    private static void AddPath(OpenApiOperation operation, OpenApiOperationTransformerContext context, IList<object> metadata)
    {
        var path = context.Description.RelativePath!;
        var examples = metadata.OfType<PathExample>().LastOrDefault()?.Values ?? [Examples.InPath(path)];
        foreach (var (i, part) in path.Split('/').Where(part => part.StartsWith('{')).Index())
        {
            var name = part.Trim('{', '}');
            var example = examples[Math.Min(i, examples.Length - 1)];
            var known = operation.Parameters!.FirstOrDefault(p => p.Name == name);
            if (known is not null)
                operation.Parameters!.Remove(known);
            operation.Parameters!.Insert(0, new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Path,
                Required = true,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                Example = JsonValue.Create(example),
            });
        }
    }

    private static void AddHeaders(OpenApiOperation operation, OpenApiOperationTransformerContext context, IList<object> metadata)
    {
        if (metadata.OfType<ListMark>().Any())
        {
            Add(operation, ParameterLocation.Query, "limit", JsonSchemaType.Integer, "How many at the most: 1 to 100, 20 if absent.");
            Add(operation, ParameterLocation.Query, "cursor", JsonSchemaType.String, "The `next` of the part before.");
        }

        foreach (var parameter in metadata.OfType<QueryParameter>())
            Add(operation, ParameterLocation.Query, parameter.Name, JsonSchemaType.String, parameter.Description);
        if (metadata.OfType<ETagMark>().Any())
            Add(operation, ParameterLocation.Header, "If-None-Match", JsonSchemaType.String, "An ETag; 304 if it is still the one.");
        if (metadata.OfType<IfMatchMark>().Any())
            Add(operation, ParameterLocation.Header, "If-Match", JsonSchemaType.String, "An ETag; 412 if it is not the one any more.");
        if (context.Description.HttpMethod == "POST")
        {
            Add(operation, ParameterLocation.Header, Idempotency.Header, JsonSchemaType.String,
                "1 to 255 visible ASCII characters. The same request with the same key is done once, and answered alike, for 24 hours.",
                metadata.OfType<NeedsIdempotencyKey>().Any());
        }
    }

    private static void Add(
        OpenApiOperation operation, ParameterLocation where, string name, JsonSchemaType type, string description, bool required = false) =>
        operation.Parameters!.Add(new OpenApiParameter
        {
            Name = name,
            In = where,
            Required = required,
            Description = description,
            Schema = new OpenApiSchema { Type = type },
        });

    private static void AddExamples(OpenApiOperation operation, IList<object> metadata)
    {
        foreach (var request in metadata.OfType<RequestExamples>())
            Put(operation.RequestBody?.Content?.Values, request.Examples);
        // What the framework takes a handler that returns nothing to answer.
        if (!metadata.OfType<ResponseExamples>().Any(answer => answer.Status == 200))
            operation.Responses!.Remove("200");
        foreach (var answer in metadata.OfType<ResponseExamples>())
        {
            var status = answer.Status.ToString(CultureInfo.InvariantCulture);
            if (!operation.Responses!.TryGetValue(status, out var response))
                operation.Responses[status] = response = new OpenApiResponse { Description = ReasonPhrases.GetReasonPhrase(answer.Status) };
            Put(response.Content?.Values, answer.Examples);
        }

        if (metadata.OfType<ETagMark>().Any())
            operation.Responses!["304"] = new OpenApiResponse { Description = "What the caller has is still the current one." };
    }

    private static void Put(IEnumerable<OpenApiMediaType>? bodies, BodyExample[] examples)
    {
        foreach (var body in bodies ?? [])
        {
            body.Examples = examples.ToDictionary(
                example => example.Name,
                IOpenApiExample (example) => new OpenApiExample { Summary = example.Summary, Value = JsonNode.Parse(example.Json) },
                StringComparer.Ordinal);
        }
    }

    private static void AddFailures(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, IList<object> metadata, bool needsCaller)
    {
        var failures = new SortedDictionary<int, string[]>(
            metadata.OfType<FailureCodes>().ToDictionary(failure => failure.Status, failure => failure.Codes));
        if (metadata.OfType<RequestExamples>().Any())
        {
            Also(400, "invalid_json", "invalid_fields");
            Also(413, "body_too_large");
            Also(415, "unsupported_media_type");
        }

        if (metadata.OfType<ListMark>().Any())
            Also(400, "bad_limit", "bad_cursor");
        if (metadata.OfType<IfMatchMark>().Any())
        {
            Also(400, "bad_if_match");
            Also(412, "stale_version");
        }

        if (context.Description.HttpMethod == "POST")
        {
            Also(400, "bad_idempotency_key");
            Also(409, "request_in_progress");
            Also(422, "idempotency_key_reused");
        }

        if (metadata.OfType<NeedsIdempotencyKey>().Any())
            Also(400, "idempotency_key_required");

        if (needsCaller)
            Also(401, "unauthenticated", "invalid_token");
        if (metadata.OfType<NeedsOperator>().Any())
            Also(403, "operators_only");
        if (metadata.OfType<NeedsTill>().Any())
        {
            Also(403, "tills_only");
            Also(404, "merchant_not_found");
        }

        if (metadata.OfType<LimitedAs>().Any())
            Also(429, "rate_limited");
        Also(503, "unavailable", "timeout", "storage_unavailable", "outcome_unknown");

        foreach (var (status, codes) in failures)
        {
            operation.Responses![status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = string.Join(", ", codes.Select(code => $"`{code}`")),
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [Problems.ContentType] = new() { Schema = new OpenApiSchemaReference(nameof(Problem), context.Document) },
                },
            };
        }

        void Also(int status, params string[] codes) =>
            failures[status] = failures.TryGetValue(status, out var others) ? [.. others, .. codes] : codes;
    }
}
