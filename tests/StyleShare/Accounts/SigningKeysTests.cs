using StyleShare.Testing;

namespace StyleShare.Tests.Accounts;

public sealed class SigningKeysTests : IAsyncLifetime
{
    private static readonly Guid Mina = Guid.NewGuid();
    private static readonly Guid Session = Guid.NewGuid();
    private readonly FakeTime _time = new();
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Silos_that_start_at_once_make_one_key()
    {
        var silos = Enumerable.Range(0, 8).Select(_ => new TokenFixture(_database, _time)).ToArray();
        await Task.WhenAll(silos.Select(silo => silo.Keys.RotateAsync(_ct)));
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM signing_keys"));

        var token = await silos[0].Tokens.Issue(Mina, Session);
        foreach (var silo in silos)
        {
            Assert.NotNull(await silo.Tokens.Validate(token));
            silo.Dispose();
        }
    }

    [Fact]
    public async Task A_new_key_signs_only_when_all_silos_had_time_to_read_it()
    {
        using var one = new TokenFixture(_database, _time);
        using var other = new TokenFixture(_database, _time);
        var first = await one.Keys.CurrentAsync(_ct);
        await other.Keys.RotateAsync(_ct);

        _time.Advance(one.Options.SigningKeyRotation);
        await one.Keys.RotateAsync(_ct);
        Assert.Equal(2, await _database.ScalarAsync<long>("SELECT count(*) FROM signing_keys"));
        Assert.Equal(first.Kid, (await one.Keys.CurrentAsync(_ct)).Kid);

        _time.Advance(2 * one.Options.SigningKeyReload);
        Assert.NotEqual(first.Kid, (await one.Keys.CurrentAsync(_ct)).Kid);
    }

    [Fact]
    public async Task A_silo_that_has_not_read_a_new_key_yet_does_so_when_a_token_names_it()
    {
        using var one = new TokenFixture(_database, _time);
        using var other = new TokenFixture(_database, _time);
        await one.Keys.RotateAsync(_ct);
        await other.Keys.RotateAsync(_ct);
        _time.Advance(one.Options.SigningKeyRotation);
        await one.Keys.RotateAsync(_ct);
        _time.Advance(2 * one.Options.SigningKeyReload);

        var token = await one.Tokens.Issue(Mina, Session);
        Assert.Equal(Mina, (await other.Tokens.Validate(token))?.UserId);
    }

    [Fact]
    public async Task Tokens_of_the_key_before_stay_good_and_keys_of_no_use_go()
    {
        using var silo = new TokenFixture(_database, _time);
        var first = await silo.Keys.CurrentAsync(_ct);
        _time.Advance(silo.Options.SigningKeyRotation);
        var late = await silo.Tokens.Issue(Mina, Session);
        await silo.Keys.RotateAsync(_ct);
        _time.Advance(silo.Options.AccessTokenLifetime);

        // A silo that knows nothing yet, so that no cache answers.
        using var fresh = new TokenFixture(_database, _time);
        Assert.NotNull(await fresh.Tokens.Validate(late));

        _time.Advance(silo.Options.SigningKeyRotation);
        await silo.Keys.RotateAsync(_ct);
        _time.Advance(silo.Options.SigningKeyRotation);
        await silo.Keys.RotateAsync(_ct);
        Assert.Null(silo.Keys.Find(first.Kid));
        Assert.NotEqual(first.Kid, (await silo.Keys.CurrentAsync(_ct)).Kid);
    }

    [Fact]
    public async Task Tokens_with_made_up_keys_do_not_make_a_silo_read_the_database_each_time()
    {
        using var silo = new TokenFixture(_database, _time, options => options.UnknownKeyReload = TimeSpan.FromHours(1));
        await silo.Keys.RotateAsync(_ct);
        await _database.ExecuteAsync(
            "INSERT INTO signing_keys SELECT 'late', secret, created_at, signs_from FROM signing_keys");
        await silo.Keys.ReloadAsync(_ct);
        Assert.Null(silo.Keys.Find("late"));
        _time.Advance(silo.Options.UnknownKeyReload);
        await silo.Keys.ReloadAsync(_ct);
        Assert.NotNull(silo.Keys.Find("late"));
    }
}
