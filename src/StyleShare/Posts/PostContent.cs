using System.Collections.Immutable;

namespace StyleShare.Posts;

/// <summary>What a post shows: all that its author wrote.</summary>
/// <param name="Tags">Found in the caption, folded.</param>
/// <param name="Mentions">Handles of people who exist, found in the caption.</param>
public sealed record PostContent(
    string Caption,
    ImmutableArray<Guid> PhotoIds,
    ImmutableArray<PostItem> Items,
    ImmutableArray<string> Tags,
    ImmutableArray<string> Mentions)
{
    /// <summary>Nothing, as of a deleted post.</summary>
    public static readonly PostContent Empty = new("", [], [], [], []);

    /// <summary>Checks what was written and finds the tags in it.</summary>
    /// <remarks>Mentions are left out: which of <see cref="Marks.Mentions"/> exist is not known here.</remarks>
    /// <exception cref="Refusal">It is outside of <see cref="PostLimits"/>, or there is nothing in it.</exception>
    public static PostContent Of(string caption, ImmutableArray<Guid> photoIds, ImmutableArray<PostItem> items)
    {
        var problem = Text.Clean(caption, PostLimits.Caption, out var clean);
        if (problem != TextProblem.None)
            throw PostErrors.BadCaption(problem);
        photoIds = CheckPhotos(photoIds);
        items = CheckItems(items, photoIds.Length);
        if (photoIds.IsEmpty && string.IsNullOrWhiteSpace(clean))
            throw PostErrors.Empty();

        var tags = Marks.Tags(clean);
        if (tags.Length > PostLimits.Tags)
            throw PostErrors.TooManyTags();
        return new(clean, photoIds, items, tags, []);
    }

    /// <summary>Whether nothing that people see differs.</summary>
    public bool IsSameAs(PostContent other) =>
        Caption == other.Caption && PhotoIds.SequenceEqual(other.PhotoIds) && Items.SequenceEqual(other.Items) &&
        Tags.SequenceEqual(other.Tags) && Mentions.SequenceEqual(other.Mentions);

    private static ImmutableArray<Guid> CheckPhotos(ImmutableArray<Guid> photoIds)
    {
        if (photoIds.IsDefaultOrEmpty)
            return [];
        if (photoIds.Length > PostLimits.Photos)
            throw PostErrors.BadPhotos($"Must be {PostLimits.Photos} at the most.");
        if (photoIds.Distinct().Count() != photoIds.Length)
            throw PostErrors.BadPhotos("Each photo may be there once.");
        return photoIds;
    }

    private static ImmutableArray<PostItem> CheckItems(ImmutableArray<PostItem> items, int photos)
    {
        if (items.IsDefaultOrEmpty)
            return [];
        if (items.Length > PostLimits.Items)
            throw PostErrors.BadItem($"Must be {PostLimits.Items} at the most.");
        return items.Select(item => CheckItem(item, photos)).ToImmutableArray();
    }

    private static PostItem CheckItem(PostItem item, int photos)
    {
        if (Text.Clean(item.Name, PostLimits.ItemName, out var name) is var badName and not TextProblem.None)
            throw PostErrors.BadItem("name: " + Text.Describe(badName, PostLimits.ItemName));
        if (Text.Clean(item.Brand ?? "", PostLimits.ItemBrand, out var brand) is var badBrand and not TextProblem.None)
            throw PostErrors.BadItem("brand: " + Text.Describe(badBrand, PostLimits.ItemBrand));
        if (ItemRules.Problem(item, photos) is { } problem)
            throw PostErrors.BadItem(problem);
        return item with { Name = name, Brand = brand.Length > 0 ? brand : null };
    }
}

/// <summary>Rules for the numbers, the currency and the address of an item.</summary>
public static class ItemRules
{
    /// <summary>What is wrong with the item, for people; null if nothing is.</summary>
    /// <param name="photos">How many photos the post has.</param>
    public static string? Problem(PostItem item, int photos)
    {
        if (item.Photo < 0 || item.Photo >= photos)
            return "photo: Must be one of the post's photos, counted from 0.";
        if (item is not { X: >= 0 and <= 1, Y: >= 0 and <= 1 })
            return "x, y: Must be from 0 to 1.";
        if (item.Price is < 0)
            return "price: Must not be negative.";
        if (item.Price is null != item.Currency is null)
            return "price, currency: One needs the other.";
        if (item.Currency is { } currency && !IsCurrency(currency))
            return "currency: Must be an ISO 4217 code, three capital letters.";
        if (item.Url is { } url && !IsWebAddress(url))
            return "url: Must be an http or https address.";
        return null;
    }

    private static bool IsCurrency(string text) => text.Length == 3 && text.All(char.IsAsciiLetterUpper);

    private static bool IsWebAddress(string text) =>
        text.Length <= PostLimits.ItemUrl && Text.Clean(text, new(PostLimits.ItemUrl), out var clean) == TextProblem.None &&
        clean == text && Uri.TryCreate(text, UriKind.Absolute, out var uri) &&
        (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.Host.Length > 0;
}
