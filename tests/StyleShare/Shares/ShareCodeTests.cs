using StyleShare.Shares;

namespace StyleShare.Tests.Shares;

public sealed class ShareCodeTests
{
    [Fact]
    public void A_code_is_the_last_60_bits_of_the_id_in_Crockfords_base32()
    {
        Assert.Equal("S0EFFP79ZAYD", ShareCode.Of(Guid.Parse("0199d1a5-b000-7a76-8c81-cf7d8e9fabcd")));
        Assert.Equal("000000000000", ShareCode.Of(Guid.Parse("0199d1a5-b000-7a76-8000-000000000000")));
        Assert.Equal("ZZZZZZZZZZZZ", ShareCode.Of(Guid.Parse("0199d1a5-b000-7a76-bfff-ffffffffffff")));
    }

    [Fact]
    public void Codes_of_shares_made_in_the_same_instant_are_different()
    {
        var ids = new Ids(TimeProvider.System);
        var codes = Enumerable.Range(0, 100_000).Select(_ => ShareCode.Of(ids.Next())).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(100_000, codes.Count);
    }

    [Theory]
    [InlineData("S0EFFP79ZAYD")]
    [InlineData("s0effp79zayd")]
    [InlineData("SOEFFP79ZAYD")]
    [InlineData("soeffp79zayd")]
    public void A_code_is_known_however_it_was_typed(string typed)
    {
        Assert.True(ShareCode.TryNormalize(typed, out var code));
        Assert.Equal("S0EFFP79ZAYD", code);
    }

    [Fact]
    public void I_and_L_are_one()
    {
        Assert.True(ShareCode.TryNormalize("iIlL11iIlL11", out var code));
        Assert.Equal("111111111111", code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S0EFFP79ZAY")]
    [InlineData("S0EFFP79ZAYDD")]
    [InlineData("S0EFFP79ZAYU")]
    [InlineData("S0EFFP79ZAY한")]
    [InlineData("S0EFFP79ZAYı")]
    [InlineData("S0EFFP79ZAY ")]
    [InlineData("S0EFFP79ZAY\0")]
    public void What_is_no_code_is_none(string typed)
    {
        Assert.False(ShareCode.TryNormalize(typed, out var code));
        Assert.Empty(code);
    }
}
