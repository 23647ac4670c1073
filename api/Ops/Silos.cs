using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Silos;

namespace StyleShare.Api.Ops;

/// <summary><c>/ops/v1/cluster</c>, <c>/ops/v1/silos</c> and <c>/ops/v1/scale</c>: which silos there are, which is to go, and how many there should be.</summary>
internal sealed class Silos(SiloDesk desk, Idempotency idempotency)
{
    private const string Tag = "Operations";

    public void Map(IEndpointRouteBuilder ops)
    {
        ops.Get("/cluster", List)
            .Describe(Tag, "listSilos", "The silos that run",
                "In the order of their starts. One that was not seen for a while is not `live`; half a minute later it is not listed any more.")
            .Gives<SilosResponse>(200, SiloExamples.Silos);
        ops.Post("/silos/{id}/drain", Drain)
            .Describe(Tag, "drainSilo", "Have a silo go without a request failing",
                "By its id, or its name. Any silo takes it for any other. It says at once that it is not ready, still serves "
                + "while load balancers look elsewhere, finishes what is under way, hands over its work, and ends.")
            .At(SiloExamples.SiloId).Gives<DrainResponse>(202, SiloExamples.Drained)
            .Fails(404, "silo_not_found").Fails(409, "silo_name_ambiguous");
        ops.Get("/scale", Scale)
            .Describe(Tag, "getScale", "How many silos the load asks for",
                "`wanted` is a plain number for autoscalers. It rises when two looks in a row find too much, and falls by one when fewer would "
                + "have been enough for five minutes. Every silo answers the same.")
            .Gives<ScaleResponse>(200, SiloExamples.Scale);
    }

    private async Task List(HttpContext http)
    {
        var silos = await desk.List(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await Responses.Json(
            http, StatusCodes.Status200OK, new SilosResponse([.. silos.Select(SiloResponse.Of)]), ApiJson.Default.SilosResponse);
    }

    private Task Drain(HttpContext http) => idempotency.Run(
        http,
        SiloJson.Default.DrainAsked,
        key => desk.Drain(http.Text("id"), key, http.RequestAborted),
        asked => Responses.Json(
            http, StatusCodes.Status202Accepted, new DrainResponse(asked.Id, asked.Name, asked.At.UtcDateTime), ApiJson.Default.DrainResponse));

    private async Task Scale(HttpContext http)
    {
        var scale = await desk.Scale(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await Responses.Json(http, StatusCodes.Status200OK, ScaleResponse.Of(scale), ApiJson.Default.ScaleResponse);
    }
}
