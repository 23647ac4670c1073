using Npgsql;
using StyleShare.People;
using StyleShare.Posts;
using StyleShare.Testing;

namespace StyleShare.Tests.Posts;

/// <summary>A silo on a database of its own, and the steps that tests of posts and feeds share.</summary>
public sealed class PostSteps : IAsyncLifetime
{
    private readonly Ids _ids = new(TimeProvider.System);

    public TestDatabase Database { get; } = new();

    public StyleShareCluster Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        Silo = await StyleShareCluster.StartAsync(Database);
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>The post's grain; on another silo if that is given.</summary>
    public IPostGrain Post(Guid id, StyleShareCluster? silo = null) => (silo ?? Silo).Grains.GetGrain<IPostGrain>(id);

    public Guid NewId() => _ids.Next();

    /// <summary>Puts a person into the database, as signing up does.</summary>
    public async Task<UserSummary> AddPerson()
    {
        var id = NewId();
        var user = new UserSummary(id, "u" + id.ToString("n")[3..], "Mina", null);
        await Execute(
            "INSERT INTO users VALUES ($1, $2, $3, $4, '', NULL, 'ko', 0, now(), NULL, 1)",
            id, user.Handle, $"{id}@example.com", user.DisplayName);
        return user;
    }

    /// <summary>Puts a photo into the database that awaits its upload, as announcing it does.</summary>
    public async Task<Guid> AddPhoto(Guid owner)
    {
        var id = NewId();
        await Execute("INSERT INTO photos VALUES ($1, $2, 0, NULL, 'image/jpeg', 100, NULL, NULL, now(), 1)", id, owner);
        await Execute("INSERT INTO photos_unused VALUES ($1)", id);
        return id;
    }

    public async Task<PostView> Publish(UserSummary author, string caption = "caption", StyleShareCluster? silo = null) =>
        (await Post(NewId(), silo).Publish(new(author, caption, [], [], null))).Post;

    public async Task<SeenPost> See(Guid post, Guid viewer, StyleShareCluster? silo = null) =>
        await Post(post, silo).View(viewer) ?? throw new InvalidOperationException("The post is not there.");

    public async Task<HashSet<Guid>> StoredUsers(string table, Guid post)
    {
        await using var command = Database.Source.CreateCommand($"SELECT user_id FROM {table} WHERE post_id = $1");
        command.Parameters.Add(new() { Value = post });
        var users = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            Assert.True(users.Add(reader.GetGuid(0)));
        return users;
    }

    public async Task<T> Stored<T>(string sql, Guid id)
    {
        await using var command = Database.Source.CreateCommand(sql);
        command.Parameters.Add(new() { Value = id });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task Execute(string sql, params object[] values)
    {
        await using var command = Database.Source.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    public static async Task Refused(string code, Func<Task> act) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<Refusal>(act)).Code);
}
