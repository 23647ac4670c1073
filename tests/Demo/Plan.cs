using System.Text.RegularExpressions;

namespace StyleShare.Demo;

/// <summary>Somebody who signs up.</summary>
internal sealed record Person(int Number, string Handle, string DisplayName, string Bio, bool Korean)
{
    public string Email => $"{Handle}@demo.example";

    public string Locale => Korean ? "ko" : "en";
}

/// <summary>A post, and which one of its author's it is, from 0.</summary>
/// <param name="Photos">Numbers of its author's photos.</param>
internal sealed record PlannedPost(int Number, int Author, int OfAuthor, string Caption, IReadOnlyList<int> Photos);

/// <summary>A photo that somebody uploads; many upload the same picture, which the service stores once.</summary>
/// <param name="Picture">Which of the drawn ones it is; null for a face.</param>
internal sealed record PlannedPhoto(int Number, int Owner, int? Picture)
{
    /// <summary>Whether its owner shows it beside their name.</summary>
    public bool IsAvatar => Picture is null;
}

/// <summary>A comment, and which one of its post's it is, from 0.</summary>
internal sealed record PlannedComment(int Number, int Post, int OfPost, int Author, string Text);

/// <summary>Everything that the demo does, always the same: made from one seed before the first request is sent.</summary>
internal sealed partial class Plan
{
    public const int PeopleCount = 300, PostCount = 3_000, LikeCount = 20_000, CommentCount = 4_000;
    public const int PictureCount = 150, FaceCount = 60;
    private const int LeastFollowed = 10, MostFollowed = 60, MostPhotosOfAuthor = 6;

    // Exponents near 1 are what is measured in social networks; authors differ less in how much they post than in how many
    // look at it.
    private const double Fame = 0.9, Diligence = 0.5;

    public Plan(ulong seed)
    {
        var dice = new Dice(seed);
        People = MakePeople(dice);
        Follows = MakeFollows(dice);
        Posts = MakePosts(dice);
        Photos = MakePhotos(new Dice(seed + 1));
        // Rank 0 is the most liked; which post that is has nothing to do with when it was made.
        var ranked = Shuffled(Posts.Count, dice);
        Likes = MakeLikes(ranked, dice);
        Comments = MakeComments(ranked, dice);
    }

    public IReadOnlyList<Person> People { get; }

    /// <summary>Who follows whom.</summary>
    public IReadOnlyList<(int Follower, int Followed)> Follows { get; }

    public IReadOnlyList<PlannedPost> Posts { get; }

    /// <summary>All photos; first of each person their picture, if they have one.</summary>
    public IReadOnlyList<PlannedPhoto> Photos { get; }

    public IReadOnlyList<(int User, int Post)> Likes { get; }

    public IReadOnlyList<PlannedComment> Comments { get; }

    private static List<Person> MakePeople(Dice dice)
    {
        var people = new List<Person>(PeopleCount);
        var handles = new HashSet<string>(StringComparer.Ordinal);
        for (var number = 0; number < PeopleCount; number++)
        {
            var korean = number % 5 < 3;
            var (name, handle) = korean ? KoreanName(number, dice) : EnglishName(dice);
            for (var more = 2; !handles.Add(handle); more++)
                handle = $"{handle.TrimEnd("0123456789".ToCharArray())}{more}";
            people.Add(new Person(number, handle, name, dice.OneOf(korean ? Words.KoreanBios : Words.EnglishBios), korean));
        }
        return people;
    }

    private static (string Name, string Handle) KoreanName(int number, Dice dice)
    {
        // The first is the one to log in as.
        var surname = number == 0 ? Words.Surnames[0] : dice.OneOf(Words.Surnames);
        var given = number == 0 ? Words.GivenNames[0] : dice.OneOf(Words.GivenNames);
        return (surname.Hangul + given.Hangul, $"{given.Latin}.{surname.Latin}");
    }

    private static (string Name, string Handle) EnglishName(Dice dice)
    {
        var first = dice.OneOf(Words.FirstNames);
        var last = dice.OneOf(Words.LastNames);
        return ($"{first} {last}", $"{first}.{last}".ToLowerInvariant());
    }

    private static List<(int, int)> MakeFollows(Dice dice)
    {
        var fame = new Zipf(PeopleCount, Fame);
        var follows = new List<(int, int)>();
        for (var follower = 0; follower < PeopleCount; follower++)
        {
            var wanted = LeastFollowed + dice.Below(MostFollowed - LeastFollowed + 1);
            var followed = new HashSet<int> { follower };
            while (followed.Count <= wanted)
                if (fame.Draw(dice) is var person && followed.Add(person))
                    follows.Add((follower, person));
        }
        return follows;
    }

    private List<PlannedPost> MakePosts(Dice dice)
    {
        var diligence = new Zipf(PeopleCount, Diligence);
        var made = new int[PeopleCount];
        var posts = new List<PlannedPost>(PostCount);
        for (var number = 0; number < PostCount; number++)
        {
            var author = diligence.Draw(dice);
            var caption = MakeCaption(People[author], dice);
            posts.Add(new PlannedPost(number, author, made[author], caption, PhotosOf(author, made[author]++)));
        }
        return posts;
    }

    // Mostly one photo, now and then up to three, and each eighth post is words alone.
    private static int[] PhotosOf(int author, int post)
    {
        var first = post % MostPhotosOfAuthor;
        return ((author + post) % 8) switch
        {
            7 => [],
            2 or 5 when post > 0 => [first, (first + 1) % Math.Min(post + 1, MostPhotosOfAuthor)],
            4 when post > 1 => [.. Enumerable.Range(0, 3).Select(i => (first + i) % Math.Min(post + 1, MostPhotosOfAuthor))],
            _ => [first],
        };
    }

    private List<PlannedPhoto> MakePhotos(Dice dice)
    {
        var photos = new List<PlannedPhoto>();
        foreach (var person in People)
        {
            // The first is the one to log in as.
            if (dice.Below(5) > 0 || person.Number == 0)
                photos.Add(new PlannedPhoto(photos.Count, person.Number, Picture: null));
            var shown = Posts.Where(post => post.Author == person.Number).SelectMany(post => post.Photos).Append(-1).Max();
            var pictures = new HashSet<int>();
            while (pictures.Count <= shown)
            {
                if (dice.Below(PictureCount) is var picture && pictures.Add(picture))
                    photos.Add(new PlannedPhoto(photos.Count, person.Number, picture));
            }
        }

        return photos;
    }

    private string MakeCaption(Person author, Dice dice)
    {
        var template = dice.OneOf(author.Korean ? Words.KoreanCaptions : Words.EnglishCaptions);
        var words = author.Korean ? Words.Korean : Words.English;
        var caption = Slot().Replace(template, slot => dice.OneOf(words[slot.Groups["slot"].Value]));
        return dice.Below(12) == 0 ? $"{caption} with @{dice.OneOf(People).Handle}" : caption;
    }

    private static List<(int, int)> MakeLikes(int[] ranked, Dice dice)
    {
        var fame = new Zipf(ranked.Length, Fame);
        var likes = new List<(int, int)>(LikeCount);
        var known = new HashSet<(int, int)>();
        while (likes.Count < LikeCount)
            if ((dice.Below(PeopleCount), ranked[fame.Draw(dice)]) is var like && known.Add(like))
                likes.Add(like);
        return likes;
    }

    private List<PlannedComment> MakeComments(int[] ranked, Dice dice)
    {
        var fame = new Zipf(ranked.Length, Diligence);
        var made = new int[ranked.Length];
        var comments = new List<PlannedComment>(CommentCount);
        for (var number = 0; number < CommentCount; number++)
        {
            var post = ranked[fame.Draw(dice)];
            var author = dice.OneOf(People);
            var text = dice.OneOf(author.Korean ? Words.KoreanComments : Words.EnglishComments);
            comments.Add(new PlannedComment(number, post, made[post]++, author.Number, text));
        }
        return comments;
    }

    private static int[] Shuffled(int count, Dice dice)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = dice.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    [GeneratedRegex(@"\{(?<slot>\w+)\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Slot();
}
