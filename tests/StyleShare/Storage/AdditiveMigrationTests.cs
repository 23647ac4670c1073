namespace StyleShare.Tests.Storage;

public sealed class AdditiveMigrationTests
{
    // The last migration before silos of two versions were to run beside each other.
    private const int Baseline = 135;

    [Fact]
    public void Silos_of_the_previous_version_go_on_beside_every_migration()
    {
        var migrations = AdditiveMigrations.Above(Baseline).ToList();
        Assert.Contains(migrations, migration => migration.Name == "0140_silos");
        Assert.Empty(migrations.SelectMany(migration => AdditiveMigrations.Offences(migration.Sql).Select(offence => $"{migration.Name} {offence}")));
    }

    [Theory]
    [InlineData("DROP TABLE posts")]
    [InlineData("-- It's old; really.\nALTER TABLE posts DROP COLUMN caption")]
    [InlineData("alter table posts\n    drop constraint posts_pkey")]
    [InlineData("DROP INDEX posts_by_author")]
    [InlineData("DROP FUNCTION storage_stale(text, bigint)")]
    [InlineData("TRUNCATE posts")]
    [InlineData("ALTER TABLE posts RENAME TO articles")]
    [InlineData("ALTER TABLE posts RENAME COLUMN caption TO text")]
    [InlineData("ALTER TABLE posts ALTER COLUMN caption TYPE varchar(10)")]
    [InlineData("ALTER TABLE posts ALTER caption SET DATA TYPE varchar(10)")]
    [InlineData("ALTER TABLE posts ALTER COLUMN caption SET NOT NULL")]
    [InlineData("ALTER TABLE posts ADD COLUMN color text NOT NULL")]
    [InlineData("ALTER TABLE posts ADD COLUMN note text DEFAULT 'x', ADD color text NOT NULL")]
    [InlineData("ALTER TABLE posts ADD CONSTRAINT short CHECK (length(caption) < 10)")]
    [InlineData("ALTER TABLE posts ADD UNIQUE (caption)")]
    [InlineData("CREATE UNIQUE INDEX one_caption ON posts (caption)")]
    [InlineData("CREATE TRIGGER t BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION f()")]
    [InlineData("CREATE TABLE other (id uuid); ALTER TABLE posts DROP COLUMN caption")]
    public void What_takes_away_or_refuses_is_found(string sql) => Assert.NotEmpty(AdditiveMigrations.Offences(sql));

    [Theory]
    [InlineData("CREATE TABLE silos (id uuid PRIMARY KEY, name text NOT NULL); CREATE UNIQUE INDEX silos_name ON silos (name)")]
    [InlineData("CREATE TABLE silos (id uuid); ALTER TABLE silos ADD CONSTRAINT x CHECK (id IS NOT NULL); ALTER TABLE silos ADD n text NOT NULL")]
    [InlineData("ALTER TABLE posts ADD COLUMN color text, ADD COLUMN size integer NOT NULL DEFAULT 0")]
    [InlineData("CREATE INDEX posts_by_color ON posts (color)")]
    [InlineData("ALTER TABLE posts ALTER COLUMN caption DROP NOT NULL")]
    [InlineData("INSERT INTO notes VALUES ('DROP TABLE posts; TRUNCATE posts')")]
    [InlineData("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE IF EXISTS scratch; END $$")]
    [InlineData("-- We never DROP TABLE here; it's a promise.\nSELECT 1")]
    [InlineData("-- Nobody reads it since 1.4.\n-- not additive: the last version that used it was two releases ago\nDROP TABLE old_things")]
    public void What_only_adds_is_not(string sql) => Assert.Empty(AdditiveMigrations.Offences(sql));
}
