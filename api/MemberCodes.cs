using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Points;

namespace StyleShare.Api;

/// <summary><c>/v1/me/member-code</c>: what the caller's app shows to a till.</summary>
internal sealed class MemberCodes(TillCodes codes)
{
    // It counts as a write: each call makes a code that is kept for a while.
    public void Map(IEndpointRouteBuilder v1) => v1
        .Get("/me/member-code", Get).Limit(Limited.Write)
        .Describe("Points", "getMemberCode", "Get a code that tells a till who buys", "A new one each time, good once and for five minutes.")
        .Gives<MemberCodeResponse>(200, PointsExamples.MemberCode);

    private async Task Get(HttpContext http)
    {
        var code = await codes.IssueMember(http.CallerId());
        http.Response.Headers.CacheControl = "no-store";
        await Responses.Json(
            http, StatusCodes.Status200OK, new MemberCodeResponse(code.Code, code.ExpiresAt.UtcDateTime),
            ApiJson.Default.MemberCodeResponse);
    }
}
