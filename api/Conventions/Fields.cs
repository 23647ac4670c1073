using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using StyleShare.Accounts;
using StyleShare.Api.Contracts;
using StyleShare.People;
using StyleShare.Photos;
using StyleShare.Points;
using StyleShare.Posts;

namespace StyleShare.Api.Conventions;

/// <summary>Checks the fields of a request and collects what is wrong with each, so that the caller learns all of it at once.</summary>
/// <remarks>The rules are the features'; here is only which field they are asked of.</remarks>
internal sealed class Fields
{
    private const string Missing = "Is required.";
    private Dictionary<string, string[]>? _errors;

    /// <summary>Whether there is anything wrong.</summary>
    public bool AnyWrong => _errors is not null;

    /// <summary>Answers with all that is wrong.</summary>
    public Task Refuse(HttpContext http) =>
        Problems.Write(http, 400, "invalid_fields", "Some fields are not as they should be; see errors.", _errors);

    /// <summary>Says that something is wrong with a field.</summary>
    public void Wrong(string field, string what)
    {
        _errors ??= new Dictionary<string, string[]>(StringComparer.Ordinal);
        _errors[field] = _errors.TryGetValue(field, out var others) ? [.. others, what] : [what];
    }

    /// <summary>A text that must be there.</summary>
    public string Required(string field, string? text, TextRule rule)
    {
        if (text is not null)
            return Optional(field, text, rule);
        Wrong(field, Missing);
        return "";
    }

    /// <summary>A text that may be missing, and is empty then.</summary>
    public string Optional(string field, string? text, TextRule rule)
    {
        if (text is null)
            return "";
        var problem = Text.Clean(text, rule, out var clean);
        if (problem != TextProblem.None)
            Wrong(field, Text.Describe(problem, rule));
        return clean;
    }

    /// <summary>A text that is checked elsewhere, but must be there.</summary>
    public string Present(string field, string? text)
    {
        if (text is null)
            Wrong(field, Missing);
        return text ?? "";
    }

    /// <summary>A handle, folded.</summary>
    public string HandleOf(string field, string? text)
    {
        if (Handle.TryFold(Present(field, text), out var handle) || text is null)
            return handle;
        Wrong(field, Handle.Rule);
        return "";
    }

    /// <summary>An e-mail address in the form that is kept.</summary>
    public string EmailOf(string field, string? text)
    {
        if (EmailAddress.TryNormalize(Present(field, text), out var address) || text is null)
            return address;
        Wrong(field, EmailAddress.Rule);
        return "";
    }

    /// <summary>A new password.</summary>
    public string PasswordOf(string field, string? text)
    {
        if (Password.TryPrepare(Present(field, text), out var password) || text is null)
            return password;
        Wrong(field, Password.Rule);
        return "";
    }

    /// <summary>A language that StyleShare speaks; null if none is given.</summary>
    public string? LocaleOf(string field, string? text)
    {
        if (text is null || Locale.TryNormalize(text, out var locale))
            return text is null ? null : NormalLocale(text);
        Wrong(field, Locale.Rule);
        return null;
    }

    /// <summary>The id of something that may be missing.</summary>
    public Guid? IdOf(string field, string? text)
    {
        if (text is null)
            return null;
        if (Guid.TryParse(text, CultureInfo.InvariantCulture, out var id))
            return id;
        Wrong(field, "Is not an id.");
        return null;
    }

    /// <summary>How many points are meant; 0 if none are named.</summary>
    public long PointsOf(string field, long? points, bool required)
    {
        if (points is null && required)
            Wrong(field, Missing);
        else if (points is < 1 or > PointsLimits.MaxPoints)
            Wrong(field, "Must be from 1 to 1,000,000,000,000.");
        return points ?? 0;
    }

    /// <summary>The caption of a post.</summary>
    public string CaptionOf(string field, string? text)
    {
        var caption = Optional(field, text, PostLimits.Caption);
        if (Marks.Tags(caption).Length > PostLimits.Tags)
            Wrong(field, $"Must have {PostLimits.Tags} tags at the most.");
        return caption;
    }

    /// <summary>What an upload is taken for: the type of an image, without parameters.</summary>
    public string ImageTypeOf(string field, string? text)
    {
        var type = Present(field, text)?.ToLowerInvariant() ?? "";
        if (text is not null && !PhotoLimits.IsImageType(type))
            Wrong(field, "Must be the type of an image, such as image/jpeg.");
        return type;
    }

    /// <summary>How long an upload will be, in bytes.</summary>
    public long SizeOf(string field, long? bytes, long most)
    {
        if (bytes is null)
            Wrong(field, Missing);
        else if (bytes < 1 || bytes > most)
            Wrong(field, string.Create(CultureInfo.InvariantCulture, $"Must be from 1 to {most}."));
        return bytes ?? 0;
    }

    /// <summary>What an upload hashes to, in lower-case hex; null if that is not said.</summary>
    public string? Sha256Of(string field, string? text)
    {
        var hash = text?.ToLowerInvariant();
        if (hash is not null && !PhotoLimits.IsSha256(hash))
            Wrong(field, "Must be a SHA-256 in hex, 64 digits.");
        return hash;
    }

    /// <summary>The photos of a post: each once.</summary>
    public ImmutableArray<Guid> PhotosOf(string field, string?[]? texts)
    {
        if (texts is null)
            return [];
        if (texts.Length > PostLimits.Photos)
        {
            Wrong(field, $"Must be {PostLimits.Photos} at the most.");
            return [];
        }

        var ids = ImmutableArray.CreateBuilder<Guid>(texts.Length);
        for (var i = 0; i < texts.Length; i++)
        {
            if (IdOf($"{field}[{i}]", texts[i] ?? "") is not { } id)
                continue;
            if (ids.Contains(id))
                Wrong($"{field}[{i}]", "Is there already.");
            ids.Add(id);
        }

        return ids.ToImmutable();
    }

    /// <summary>What can be bought on the photos of a post.</summary>
    /// <param name="photos">How many photos there are; null if that is not known here, and the rules will look.</param>
    public ImmutableArray<PostItem> ItemsOf(string field, ItemContract?[]? items, int? photos)
    {
        if (items is null)
            return [];
        if (items.Length > PostLimits.Items)
        {
            Wrong(field, $"Must be {PostLimits.Items} at the most.");
            return [];
        }

        var kept = ImmutableArray.CreateBuilder<PostItem>(items.Length);
        for (var i = 0; i < items.Length; i++)
            kept.Add(ItemOf($"{field}[{i}]", items[i], photos));
        return kept.MoveToImmutable();
    }

    private PostItem ItemOf(string field, ItemContract? item, int? photos)
    {
        var kept = new PostItem(
            Required(field + ".name", item?.Name, PostLimits.ItemName),
            item?.Brand is null ? null : Optional(field + ".brand", item.Brand, PostLimits.ItemBrand),
            item?.Price,
            item?.Currency,
            item?.Url,
            item?.Photo ?? 0,
            item?.X ?? 0,
            item?.Y ?? 0);
        if (item is not { Photo: not null, X: not null, Y: not null })
            Wrong(field, "Needs a name, a photo, x and y.");
        else if (ItemRules.Problem(kept, photos ?? PostLimits.Photos) is { } problem)
            Wrong(field, problem);
        return kept;
    }

    private static string NormalLocale(string text) => Locale.TryNormalize(text, out var locale) ? locale : "";
}
