using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using StyleShare.Api.Contracts;
using StyleShare.Notifications;
using StyleShare.People;
using StyleShare.Photos;
using StyleShare.Posts;
using StyleShare.Shares;
using StyleShare.Shops;

namespace StyleShare.Api;

/// <summary>What a preview shows of a share: only what everybody may see.</summary>
/// <param name="Locale">The language of the sharer, in which it is.</param>
/// <param name="Link">The share's own link.</param>
/// <param name="Target">Where it leads.</param>
internal sealed record SharePreview(string Title, string Description, string Locale, Uri Link, Uri Target)
{
    /// <summary>What shows it; null if there is none.</summary>
    public SharePicture? Picture { get; init; }

    // Previews cut texts themselves, earlier or later than this.
    private const int DescriptionLength = 200;

    public static SharePreview OfShop(MerchantTerms shop, ShareView share, ShareLinks links) => new(
        shop.Name,
        share.Locale == StyleShare.People.Locale.Korean ? "StyleShare에서 포인트를 모으세요." : "Collect points with StyleShare.",
        share.Locale,
        links.To(share.Code),
        links.TargetOf(share));

    public static SharePreview OfPost(PostView post, UserSummary author, ShareView share, ShareLinks links, Pictures pictures) => new(
        share.Locale == StyleShare.People.Locale.Korean ? $"{author.DisplayName}님의 StyleShare" : $"{author.DisplayName} on StyleShare",
        NotificationText.Shorten(post.Caption, DescriptionLength),
        share.Locale,
        links.To(share.Code),
        links.TargetOf(share))
    {
        Picture = SharePicture.Of(post, links.To(share.Code), pictures),
    };
}

/// <summary>The picture of a preview.</summary>
internal sealed record SharePicture(Uri Url, string ContentType, int Width, int Height)
{
    /// <summary>The first photo of a post that is ready, at its largest, as every such program reads it.</summary>
    /// <param name="link">A link to us, which addresses without a host go by.</param>
    public static SharePicture? Of(PostView post, Uri link, Pictures pictures)
    {
        foreach (var photo in post.Photos.IsDefault ? [] : post.Photos)
        {
            if (photo.State == PhotoState.Ready && pictures.Photo(photo).Renditions is [var largest, ..])
                return new(new Uri(link, largest.Url), largest.ContentType, largest.Width, largest.Height);
        }

        return null;
    }
}

/// <summary>Writes the page that programs which make previews read: Open Graph tags (ogp.me), and a link for whoever sees it.</summary>
internal static class SharePreviewPage
{
    // No scripts, nothing from elsewhere, not in anybody's frame.
    private const string Policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    public static void Write(HttpContext http, SharePreview preview)
    {
        var (title, target) = (Html.Encode(preview.Title), Html.Encode(preview.Target.AbsoluteUri));
        var territory = preview.Locale == Locale.Korean ? "ko_KR" : "en_US";
        var page = new StringBuilder("<!doctype html>\n<html lang=\"").Append(preview.Locale)
            .Append("\"><head><meta charset=\"utf-8\"><title>").Append(title).Append("</title>\n")
            .Append("<meta name=\"robots\" content=\"noindex\"><link rel=\"canonical\" href=\"").Append(target).Append("\">\n");
        Tag(page, "property", "og:site_name", "StyleShare");
        Tag(page, "property", "og:type", "article");
        Tag(page, "property", "og:title", preview.Title);
        Tag(page, "property", "og:description", preview.Description);
        Tag(page, "property", "og:url", preview.Link.AbsoluteUri);
        Tag(page, "property", "og:locale", territory);
        if (preview.Picture is { } picture)
        {
            Tag(page, "property", "og:image", picture.Url.AbsoluteUri);
            Tag(page, "property", "og:image:type", picture.ContentType);
            Tag(page, "property", "og:image:width", picture.Width.ToString(CultureInfo.InvariantCulture));
            Tag(page, "property", "og:image:height", picture.Height.ToString(CultureInfo.InvariantCulture));
        }

        Tag(page, "name", "twitter:card", preview.Picture is null ? "summary" : "summary_large_image");
        page.Append("</head><body><p><a href=\"").Append(target).Append("\">").Append(title).Append("</a></p></body></html>\n");
        Send(http, Encoding.UTF8.GetBytes(page.ToString()));
    }

    private static void Tag(StringBuilder page, string kind, string name, string content)
    {
        if (content.Length > 0)
            page.Append("<meta ").Append(kind).Append("=\"").Append(name).Append("\" content=\"").Append(Html.Encode(content)).Append("\">\n");
    }

    private static void Send(HttpContext http, byte[] page)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.ContentLength = page.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            http.Response.BodyWriter.Write(page);
    }
}
