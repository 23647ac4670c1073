using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Imaging;
using StyleShare.Objects;
using StyleShare.Photos;

namespace StyleShare.Api;

/// <summary><c>/v1/photos</c>: announcing and completing uploads, and seeing what became of them.</summary>
internal sealed class Photos(
    IGrainFactory grains,
    IObjectStore objects,
    Ids ids,
    Pictures pictures,
    Idempotency idempotency,
    IOptions<ImagingOptions> imaging,
    IOptions<ObjectOptions> storage,
    TimeProvider clock)
{
    // An upload that was signed for less could not be begun.
    private static readonly TimeSpan LeastToUpload = TimeSpan.FromSeconds(1);

    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post("/photos", Announce).Limit(Limited.Write)
            .Describe("Photos", "announcePhoto", "Announce a photo",
                "Send its bytes by the request in `upload`, straight to object storage, and then say that it is complete. JPEG, PNG, WebP, "
                + "GIF (its first frame) and, where the server can, HEIC; up to 20 MB and 64 megapixels. Of where and with what it was taken "
                + "nothing is shown. A photo that nothing shows within a day is removed.")
            .Takes<AnnounceRequest>(PhotoExamples.Announce)
            .Gives<AnnouncedResponse>(201, PhotoExamples.Announced);
        v1.Post("/photos/{id}/complete", "photo", Complete).Limit(Limited.Write)
            .Describe("Photos", "completePhoto", "Say that a photo is uploaded",
                "It is checked and made ready, mostly within a second; `events` tells when. Completing it twice is completing it once.")
            .At(Examples.PhotoId)
            .Gives<PhotoResponse>(202, PhotoExamples.Completed)
            .Fails(404, "photo_not_found").Fails(409, "not_uploaded");
        v1.Get("/photos/{id}", "photo", Get)
            .Describe("Photos", "getPhoto", "See a photo", "One's own only; others see it where it is shown.")
            .At(Examples.PhotoId)
            .Gives<PhotoResponse>(200, PhotoExamples.Ready).HasETag()
            .Fails(404, "photo_not_found");
    }

    private async Task Announce(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.AnnounceRequest) is not { } body)
            return;
        var fields = new Fields();
        var type = fields.ImageTypeOf("contentType", body.ContentType);
        var bytes = fields.SizeOf("bytes", body.Bytes, imaging.Value.MaxBytes);
        var sha256 = fields.Sha256Of("sha256", body.Sha256);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        var caller = http.CallerId();
        await idempotency.Run(
            http,
            PhotoJson.Default.AnnouncedPhoto,
            key => grains.GetGrain<IPhotoGrain>(ids.Next()).Announce(new(caller, type, bytes, sha256, key)),
            photo => Announced(http, photo));
    }

    // Signed for what is left of the time: an answer that is asked for again gives no more than the first one did.
    private async Task Announced(HttpContext http, AnnouncedPhoto announced)
    {
        var left = announced.At + storage.Value.UploadLasts - clock.GetUtcNow();
        var upload = await objects.SignPut(
            PhotoKeys.Upload(announced.Photo.Id), announced.ContentType, announced.Bytes, left > LeastToUpload ? left : LeastToUpload);
        http.Response.Headers.Location = $"/v1/photos/{announced.Photo.Id}";
        http.Response.Headers.CacheControl = "no-store";
        await Responses.Json(
            http, StatusCodes.Status201Created, new AnnouncedResponse(pictures.Photo(announced.Photo), UploadResponse.Of(upload)),
            ApiJson.Default.AnnouncedResponse);
    }

    private Task Complete(HttpContext http, Guid id)
    {
        var caller = http.CallerId();
        return idempotency.Run(
            http,
            PhotoJson.Default.PhotoStatus,
            key => grains.GetGrain<IPhotoGrain>(id).Complete(caller, key),
            status => Show(http, status, StatusCodes.Status202Accepted));
    }

    private async Task Get(HttpContext http, Guid id)
    {
        if (await grains.GetGrain<IPhotoGrain>(id).View(http.CallerId()) is { } status)
            await Show(http, status, StatusCodes.Status200OK);
        else
            await Problems.NotFound(http, "photo");
    }

    private Task Show(HttpContext http, PhotoStatus status, int code) =>
        Responses.Resource(http, pictures.Photo(status.Photo), status.Version, ApiJson.Default.PhotoResponse, code);
}
