using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;

namespace StyleShare.Api.Ops;

/// <summary><c>/ops/v1/queues</c>: how much work waits.</summary>
internal sealed class Queues(IEnumerable<IQueueDepths> queues)
{
    public void Map(IEndpointRouteBuilder ops) => ops.Get("/queues", List)
        .Describe("Operations", "listQueues", "How much work waits", "Jobs by kind, and events by the stream's namespace, of all silos.")
        .Gives<QueuesResponse>(200, Examples.Queues);

    private async Task List(HttpContext http)
    {
        List<QueueResponse> items = [];
        foreach (var source in queues)
            items.AddRange((await source.Read(http.RequestAborted)).Select(QueueResponse.Of));
        http.Response.Headers.CacheControl = "no-store";
        await Responses.Json(http, StatusCodes.Status200OK, new QueuesResponse(items), ApiJson.Default.QueuesResponse);
    }
}
