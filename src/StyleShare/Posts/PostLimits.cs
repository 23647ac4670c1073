namespace StyleShare.Posts;

/// <summary>The limits of what a post may hold; the API names the field that is outside of one, the rules refuse it.</summary>
public static class PostLimits
{
    /// <summary>A caption.</summary>
    public static readonly TextRule Caption = new(2_200, MultiLine: true);

    /// <summary>A comment.</summary>
    public static readonly TextRule Comment = new(1_000, Required: true, MultiLine: true);

    /// <summary>The name of an item.</summary>
    public static readonly TextRule ItemName = new(100, Required: true);

    /// <summary>The brand of an item.</summary>
    public static readonly TextRule ItemBrand = new(100);

    /// <summary>The address of an item: http or https, in characters; what browsers and proxies are known to take.</summary>
    public const int ItemUrl = 2_000;

    /// <summary>Photos of a post.</summary>
    public const int Photos = 10;

    /// <summary>Items of a post.</summary>
    public const int Items = 20;

    /// <summary>Tags of a post.</summary>
    public const int Tags = 30;

    /// <summary>Code points of a tag; a longer run of letters is text, no tag.</summary>
    public const int TagLength = 100;

    /// <summary>People who are mentioned in a post; further ones are just text, so that nobody calls a crowd.</summary>
    public const int Mentions = 20;
}
