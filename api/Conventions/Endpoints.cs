using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace StyleShare.Api.Conventions;

/// <summary>Maps handlers as plain request delegates: there is no argument binding to compile at start or to run at each call.</summary>
internal static class Endpoints
{
    public static IEndpointConventionBuilder Get(this IEndpointRouteBuilder v1, string path, RequestDelegate handler) =>
        v1.Map("GET", path, handler, handler.Method);

    public static IEndpointConventionBuilder Post(this IEndpointRouteBuilder v1, string path, RequestDelegate handler) =>
        v1.Map("POST", path, handler, handler.Method);

    public static IEndpointConventionBuilder Put(this IEndpointRouteBuilder v1, string path, RequestDelegate handler) =>
        v1.Map("PUT", path, handler, handler.Method);

    public static IEndpointConventionBuilder Patch(this IEndpointRouteBuilder v1, string path, RequestDelegate handler) =>
        v1.Map("PATCH", path, handler, handler.Method);

    public static IEndpointConventionBuilder Delete(this IEndpointRouteBuilder v1, string path, RequestDelegate handler) =>
        v1.Map("DELETE", path, handler, handler.Method);

    /// <summary>The same for a thing whose <c>{id}</c> is in the path; what is no id is a thing that is not there.</summary>
    public static IEndpointConventionBuilder Get(
        this IEndpointRouteBuilder v1, string path, string what, Func<HttpContext, Guid, Task> handler) =>
        v1.Map("GET", path, WithId(what, handler), handler.Method);

    /// <inheritdoc cref="Get(IEndpointRouteBuilder, string, string, Func{HttpContext, Guid, Task})"/>
    public static IEndpointConventionBuilder Post(
        this IEndpointRouteBuilder v1, string path, string what, Func<HttpContext, Guid, Task> handler) =>
        v1.Map("POST", path, WithId(what, handler), handler.Method);

    /// <inheritdoc cref="Get(IEndpointRouteBuilder, string, string, Func{HttpContext, Guid, Task})"/>
    public static IEndpointConventionBuilder Put(
        this IEndpointRouteBuilder v1, string path, string what, Func<HttpContext, Guid, Task> handler) =>
        v1.Map("PUT", path, WithId(what, handler), handler.Method);

    /// <inheritdoc cref="Get(IEndpointRouteBuilder, string, string, Func{HttpContext, Guid, Task})"/>
    public static IEndpointConventionBuilder Patch(
        this IEndpointRouteBuilder v1, string path, string what, Func<HttpContext, Guid, Task> handler) =>
        v1.Map("PATCH", path, WithId(what, handler), handler.Method);

    /// <inheritdoc cref="Get(IEndpointRouteBuilder, string, string, Func{HttpContext, Guid, Task})"/>
    public static IEndpointConventionBuilder Delete(
        this IEndpointRouteBuilder v1, string path, string what, Func<HttpContext, Guid, Task> handler) =>
        v1.Map("DELETE", path, WithId(what, handler), handler.Method);

    /// <summary>What the path has in this place.</summary>
    public static string Text(this HttpContext http, string name) => (string)http.Request.RouteValues[name]!;

    /// <summary>The <c>{id}</c> in the path, if it is one.</summary>
    public static bool TryGetId(this HttpContext http, out Guid id) =>
        Guid.TryParseExact(http.Text("id"), "D", out id);

    private static RequestDelegate WithId(string what, Func<HttpContext, Guid, Task> handler) =>
        http => http.TryGetId(out var id) ? handler(http, id) : Problems.NotFound(http, what);

    // The method says to the API's description that this is one of its calls.
    private static IEndpointConventionBuilder Map(
        this IEndpointRouteBuilder v1, string verb, string path, RequestDelegate handler, MethodInfo method) =>
        v1.MapMethods(path, [verb], handler).WithMetadata(method);
}
