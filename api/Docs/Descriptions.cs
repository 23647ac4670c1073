using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;

namespace StyleShare.Api.Docs;

/// <summary>A body as it goes over the wire in the example that the document tells.</summary>
internal sealed record BodyExample(string Name, string Summary, string Json);

/// <summary>Examples of the request's body.</summary>
internal sealed record RequestExamples(BodyExample[] Examples);

/// <summary>Examples of one status's body.</summary>
internal sealed record ResponseExamples(int Status, BodyExample[] Examples);

/// <summary>The problems that a call answers with besides those that every call may.</summary>
internal sealed record FailureCodes(int Status, string[] Codes);

/// <summary>What stands in the path of the example, in the order of the path's parameters.</summary>
internal sealed record PathExample(params string[] Values);

/// <summary>The call answers with a part of a list.</summary>
internal sealed class ListMark;

/// <summary>The answer has an ETag, and <c>If-None-Match</c> is taken.</summary>
internal sealed class ETagMark;

/// <summary><c>If-Match</c> is taken.</summary>
internal sealed class IfMatchMark;

/// <summary>The call may be asked with this in its query.</summary>
internal sealed record QueryParameter(string Name, string Description);

/// <summary>Says of an endpoint what the API's document tells of it; <see cref="OpenApi"/> puts it there.</summary>
internal static class Descriptions
{
    private static readonly string[] Json = ["application/json"];

    public static IEndpointConventionBuilder Describe(
        this IEndpointConventionBuilder endpoint, string tag, string name, string summary, string description) =>
        endpoint.WithTags(tag).WithName(name).WithSummary(summary).WithDescription(description);

    public static IEndpointConventionBuilder At(this IEndpointConventionBuilder endpoint, params string[] pathExamples) =>
        endpoint.WithMetadata(new PathExample(pathExamples));

    public static IEndpointConventionBuilder Takes<T>(this IEndpointConventionBuilder endpoint, params BodyExample[] examples) =>
        endpoint.WithMetadata(new AcceptsMetadata(Json, typeof(T)), new RequestExamples(examples));

    public static IEndpointConventionBuilder Gives<T>(
        this IEndpointConventionBuilder endpoint, int status, params BodyExample[] examples) =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(T), Json), new ResponseExamples(status, examples));

    public static IEndpointConventionBuilder Gives(this IEndpointConventionBuilder endpoint, int status) =>
        endpoint.WithMetadata(new ResponseExamples(status, []));

    public static IEndpointConventionBuilder GivesEvents(this IEndpointConventionBuilder endpoint) => endpoint.WithMetadata(
        new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/event-stream"]),
        new ResponseExamples(StatusCodes.Status200OK, []));

    public static IEndpointConventionBuilder GivesCsv(this IEndpointConventionBuilder endpoint) => endpoint.WithMetadata(
        new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/csv"]),
        new ResponseExamples(StatusCodes.Status200OK, []));

    public static IEndpointConventionBuilder GivesList<T>(this IEndpointConventionBuilder endpoint, BodyExample example) =>
        endpoint.Gives<ListResponse<T>>(StatusCodes.Status200OK, example).WithMetadata(new ListMark());

    public static IEndpointConventionBuilder Asks(this IEndpointConventionBuilder endpoint, string name, string description) =>
        endpoint.WithMetadata(new QueryParameter(name, description));

    public static IEndpointConventionBuilder HasETag(this IEndpointConventionBuilder endpoint) =>
        endpoint.WithMetadata(new ETagMark());

    public static IEndpointConventionBuilder HasIfMatch(this IEndpointConventionBuilder endpoint) =>
        endpoint.WithMetadata(new IfMatchMark());

    public static IEndpointConventionBuilder Fails(this IEndpointConventionBuilder endpoint, int status, params string[] codes) =>
        endpoint.WithMetadata(
            new FailureCodes(status, codes), new ProducesResponseTypeMetadata(status, typeof(Problem), [Problems.ContentType]));
}
