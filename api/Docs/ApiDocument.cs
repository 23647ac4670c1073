using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using StyleShare.Api.Conventions;

namespace StyleShare.Api.Docs;

/// <summary>The API's document, made when somebody asks for it and kept: making it takes a while, and anybody may ask.</summary>
internal sealed class ApiDocument(IOpenApiDocumentProvider provider)
{
    private byte[]? _json;

    /// <summary>Answers with it.</summary>
    public async Task Get(HttpContext http)
    {
        // Two who ask at the same time may both make it; they make the same.
        _json ??= await Make(http.RequestAborted);
        Responses.Resource(http, _json, version: 1);
    }

    private async Task<byte[]> Make(CancellationToken cancellation)
    {
        var document = await provider.GetOpenApiDocumentAsync(cancellation);
        return Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellation));
    }
}
