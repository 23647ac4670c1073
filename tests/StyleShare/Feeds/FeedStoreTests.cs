using StyleShare.Feeds;
using StyleShare.Testing;

namespace StyleShare.Tests.Feeds;

public sealed class FeedStoreTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task The_newest_posts_of_many_authors_are_found_part_by_part()
    {
        await database.ExecuteAsync("""
            INSERT INTO posts (id, author_id, created_at, deleted_at, likes, comments, shares, saves, version)
            SELECT (lpad(to_hex(i), 8, '0') || repeat('0', 24))::uuid,
                (lpad(to_hex((sqrt(i * 7919 % 2500))::int), 8, '0') || repeat('1', 24))::uuid,
                now(), CASE WHEN i % 10 = 0 THEN now() END, 0, 0, 0, 0, 1
            FROM generate_series(1, 3000) i
            """);
        var authors = Enumerable.Range(5, 30).Select(i => new Guid(i, 0x1111, 0x1111, [.. Enumerable.Repeat((byte)0x11, 8)])).ToArray();
        await using var command = database.Source.CreateCommand(
            "SELECT id, author_id FROM posts WHERE author_id = ANY ($1) AND deleted_at IS NULL ORDER BY id DESC");
        command.Parameters.Add(new() { Value = authors });
        var expected = new List<FeedEntry>();
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                expected.Add(new(reader.GetGuid(0), reader.GetGuid(1)));
        }

        Assert.NotEmpty(expected);
        var store = new FeedStore(database.Source);
        var found = new List<FeedEntry>();
        while (true)
        {
            var part = await store.Newest(authors, found.Count > 0 ? found[^1].PostId : null, 77);
            found.AddRange(part);
            if (part.Length < 77)
                break;
        }

        Assert.Equal(expected, found);
    }
}
