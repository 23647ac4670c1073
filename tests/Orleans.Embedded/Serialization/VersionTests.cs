using Orleans.Embedded;

namespace EngineTests.Serialization;

/// <summary>Silos of two versions beside each other.</summary>
public sealed class VersionTests
{
    [Fact]
    public void A_field_that_the_reader_does_not_know_has_the_message_refused()
    {
        var bytes = Wire.Write(new NewerNameCard("name", "title"));
        var refused = Assert.Throws<WireFormatException>(() => Wire.Read<NameCard>(bytes));
        Assert.Contains("NameCard", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_field_that_is_not_used_hinders_nobody()
    {
        Assert.Equal(new NameCard("name"), Wire.Read<NameCard>(Wire.Write(new NewerNameCard("name"))));
        Assert.Equal(new NewerNameCard("name"), Wire.Read<NewerNameCard>(Wire.Write(new NameCard("name"))));
    }

    [Fact]
    public void A_field_that_did_not_come_keeps_what_it_is_by_itself()
    {
        var settings = Wire.Read<Settings>(Wire.Write(new OlderSettings { Needed = 7 }));
        Assert.Equal((3, "none", 10, true, "word", 7), (settings.Tries, settings.Name, settings.Limit, settings.IsOn, settings.Word, settings.Needed));
        Assert.Equal([1], settings.List);
    }

    [Fact]
    public void A_changed_type_is_not_read_as_the_other() =>
        Assert.Throws<WireFormatException>(() => Wire.Read<ChangedNameCard>(Wire.Write(new NameCard("name"))));

    [Fact]
    public void A_type_is_found_by_its_alias_and_by_nothing_else_than_its_name()
    {
        Assert.Equal("engine-tests.parcel", TypeNames.NameOf(typeof(Parcel)));
        Assert.Equal(typeof(Parcel), TypeNames.Find("engine-tests.parcel"));
        var full = $"{typeof(Sheet<>).FullName}<list<engine-tests.parcel>>[]";
        Assert.Equal(full, TypeNames.NameOf(typeof(Sheet<List<Parcel>>[])));
        Assert.Equal(typeof(Sheet<List<Parcel>>[]), TypeNames.Find(full));
    }

    [Theory]
    [InlineData("System.Diagnostics.Process")]
    [InlineData("System.Diagnostics.Process, System.Diagnostics.Process")]
    [InlineData("EngineTests.Serialization.NoSerializer")]
    [InlineData("list")]
    [InlineData("list<int")]
    [InlineData("list<int,int>")]
    [InlineData("list<int>>")]
    [InlineData("nullable<string>")]
    [InlineData("int<int>")]
    [InlineData("list<list<list<list<list<list<list<list<list<list<list<list<int>>>>>>>>>>>>")]
    [InlineData("int[][][][][][][][][][][][][][]")]
    [InlineData("")]
    public void A_name_finds_no_type_that_has_no_codec(string name) => Assert.Throws<WireFormatException>(() => TypeNames.Find(name));
}
