using StyleShare.Objects;

namespace StyleShare.Tests.Objects;

public sealed class ObjectKeysTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("public/photos/0f/0f3a/large.jpg")]
    [InlineData("uploads/Az09._-")]
    [InlineData("a/.b/..c/...")]
    public void A_path_of_plain_characters_is_a_key(string key) => Assert.Equal(key, ObjectKeys.Check(key));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../a")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a/..")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("a%2e")]
    [InlineData("a\0")]
    [InlineData("a\n")]
    [InlineData("é")]
    [InlineData("a?b")]
    [InlineData("~a")]
    [InlineData("@a")]
    public void Nothing_else_is_a_key(string key) => Assert.Throws<ArgumentException>(() => ObjectKeys.Check(key));

    [Fact]
    public void Keys_and_their_segments_have_a_longest_length()
    {
        var longest = string.Join('/', new string('a', 200), new string('b', 200), new string('c', 110));
        Assert.Equal(512, longest.Length);
        Assert.True(ObjectKeys.IsKey(longest));
        Assert.False(ObjectKeys.IsKey(longest + "c"));
        Assert.False(ObjectKeys.IsKey(new string('a', 201)));
    }
}
